import type { ObjectResult, Report } from "../../../dryrun/report/types";
import { decide, type Overrides } from "../../../dryrun/report/verdicts";

/** One object of a report, of which only what matters is said. */
export function object(fields: Partial<ObjectResult> = {}): ObjectResult {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "web",
    name: "api",
    verdict: "change",
    touched: true,
    ...fields,
  };
}

/** A report as the dry run makes it, of which only what matters is said. */
export function report(fields: Partial<Report> = {}, overrides: Overrides = {}): Report {
  const { objects = [object()], problem } = fields;
  return {
    version: 1,
    environment: "ja-production",
    overlay: "k8s/ja-production",
    clusterName: "trocco-production",
    server: { version: "1.35.1", label: "1_35", labelIsStale: false },
    kubectl: { version: "1.35.1" },
    guard: "proven",
    allowUnguarded: false,
    identityProblems: [],
    uncoveredFiles: [],
    startedAt: "2026-11-23T10:00:00.000Z",
    durationSeconds: 2.25,
    ...decide(objects, problem, overrides),
    ...fields,
    objects,
  };
}
