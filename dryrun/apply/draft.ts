import { createRedactor } from "../redaction/redact";
import type { KubernetesObject } from "../render/objects";
import { appliedOf, applyStates } from "../report/outcomes";
import type { ObjectResult, Report } from "../report/types";
import { decide } from "../report/verdicts";
import { type Deletion, identityOfResult } from "./deletions";
import type { ApplyOptions } from "./options";

/** What is known so far: whatever stops the run, the report tells it. */
export interface Draft extends Pick<
  Report,
  "server" | "kubectl" | "uncoveredFiles" | "problem" | "baseProblem"
> {
  /** Of the overlay, by object. */
  results: Map<KubernetesObject, ObjectResult>;
  deletions: Deletion[];
  left: ObjectResult[];
  /** What must not be shown: manifests, and the cluster's Secrets of the same names. */
  hidden: unknown[];
  stoppedBecause?: string;
  /** From then on an object of which nothing is known may have been sent. */
  isWriting: boolean;
}

/** The report, redacted: every output is made from it. */
export function finished(draft: Draft, options: ApplyOptions, startedAt: Date): Report {
  const { results, deletions, left, hidden, stoppedBecause, isWriting, ...told } = draft;
  const named = new Set(deletions.map(({ result }) => identityOfResult(result)));
  const untold = isWriting ? "not known" : "not applied";
  const objects: ObjectResult[] = [
    ...[...results.values()].map((result) => ({ ...result, outcome: result.outcome ?? untold })),
    ...deletions.map(({ result }) => ({ ...result, outcome: result.outcome ?? ("not applied" as const) })),
    ...left.filter((result) => !named.has(identityOfResult(result))),
  ];
  const applied = appliedOf(objects, told.problem ?? stoppedBecause);
  const { environment, overlay, clusterName, overrides, notSecret } = options;
  const report: Report = {
    version: 1,
    environment,
    overlay,
    ...(clusterName && { clusterName }),
    guard: "not-reached",
    allowUnguarded: false,
    identityProblems: [],
    ...told,
    objects,
    ...decide(objects, told.problem, overrides),
    exitCode: applyStates[applied.state].exitCode,
    applied: { state: applied.state, ...(stoppedBecause !== undefined && { stoppedBecause }) },
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
  };
  // Without what is undefined, as JSON has it.
  return createRedactor(hidden, { notSecret }).object(JSON.parse(JSON.stringify(report)) as Report);
}
