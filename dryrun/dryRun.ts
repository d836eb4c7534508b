import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { check, type Checked } from "./check/check";
import { connect } from "./connect";
import { CouldNotCheck, crashText } from "./couldNotCheck";
import { endingOf } from "./ending";
import { identityProblems } from "./guard/accessReviews";
import { probeGuard } from "./guard/probe";
import { connectKubectl } from "./kubectl/kubectl";
import type { Options } from "./options";
import { readOverlay, renderEarlier, renderOptionsOf } from "./overlay";
import { createRedactor } from "./redaction/redact";
import { identityOf, type KubernetesObject } from "./render/objects";
import { type Changes, changesBetween } from "./render/touched";
import type { ObjectResult, Report } from "./report/types";
import { decide } from "./report/verdicts";

/** What is known so far: whatever stops the run, the report tells it. */
type Draft = Pick<
  Report,
  | "server"
  | "kubectl"
  | "guard"
  | "guardMessage"
  | "identityProblems"
  | "objects"
  | "uncoveredFiles"
  | "problem"
  | "baseProblem"
> & { rendered: KubernetesObject[] };

/**
 * Dry-runs an overlay. Never throws for what can be said in a report.
 * @param folder for files of its own, which nobody else can read.
 * @param ended ends the run from outside; what has been checked by then is reported.
 */
export async function dryRun(options: Options, folder: string, ended: AbortSignal): Promise<Report> {
  const startedAt = new Date();
  const ending = endingOf(ended, options.timeout);
  const draft: Draft = {
    guard: "not-reached",
    identityProblems: [],
    objects: [],
    uncoveredFiles: [],
    rendered: [],
  };
  try {
    await fill(draft, options, folder, ending.signal);
  } catch (error) {
    draft.problem = error instanceof CouldNotCheck ? error.message : crashText(error);
  } finally {
    ending.clear();
  }
  draft.problem = ending.reason() ?? draft.problem;
  return finished(draft, options, startedAt);
}

async function fill(draft: Draft, options: Options, folder: string, signal: AbortSignal): Promise<void> {
  const { api, kubeconfig, server, minor } = await connect(options, folder, signal);
  try {
    draft.server = server;
    const probed = await probeGuard(api);
    draft.guard = probed.guard;
    draft.guardMessage = probed.message;
    if (probed.guard !== "proven" && !options.allowUnguarded) throw new CouldNotCheck(probed.message ?? "");
    const [problems, rendering] = await Promise.all([
      identityProblems(api),
      renderOptionsOf(options, folder, signal),
    ]);
    draft.identityProblems = problems;
    // Nothing that follows needs the base: it is rendered beside.
    const base = renderEarlier(options, options.base, folder, rendering);
    // Where the head fails first, nobody waits for it any more.
    base.catch(() => undefined);
    const except = resolve(options.repository, options.base);
    const overlay = await readOverlay(options, minor, folder, { ...rendering, except });
    draft.kubectl = { version: overlay.kubectl.version };
    draft.rendered = overlay.objects;
    draft.uncoveredFiles = overlay.uncoveredFiles;

    const checked = await check(draft.rendered, {
      api,
      kubectl: connectKubectl({ ...overlay.kubectl, kubeconfig, proof: () => api.proof, folder, signal }),
      mode: options.mode,
      defaultNamespace: kubeconfig.namespace,
      processes: availableParallelism(),
      signal,
    });
    const { text, problem } = await base;
    draft.baseProblem = problem;
    const changes = changesBetween(text, draft.rendered);
    draft.rendered.push(...changes.before);
    draft.objects = results(checked, changes);
  } finally {
    api.close();
  }
}

function results(checked: Checked[], changes: Changes): ObjectResult[] {
  const result = (
    object: KubernetesObject,
    namespace: string,
  ): Omit<ObjectResult, "verdict" | "touched"> => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace && { namespace }),
    name: object.name,
    ...changes.secretKeys.get(identityOf(object)),
  });
  return [
    ...checked.map(({ object, namespace, finding }) => ({
      ...result(object, namespace),
      ...finding,
      touched: changes.touched.has(identityOf(object)),
    })),
    ...changes.removed.map((object) => ({
      ...result(object, object.namespace),
      verdict: "removed-from-git" as const,
      touched: true,
    })),
  ];
}

/** The report, redacted: every output is made from it. */
function finished({ rendered, ...draft }: Draft, options: Options, startedAt: Date): Report {
  const redactor = createRedactor(
    rendered.map(({ manifest }) => manifest),
    { notSecret: options.notSecret },
  );
  const { environment, overlay, clusterName, allowUnguarded, overrides } = options;
  const report: Report = {
    version: 1,
    environment,
    overlay,
    ...(clusterName && { clusterName }),
    ...draft,
    allowUnguarded,
    ...decide(draft.objects, draft.problem, overrides),
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
  };
  // Without what is undefined, as JSON has it.
  return redactor.object(JSON.parse(JSON.stringify(report)) as Report);
}
