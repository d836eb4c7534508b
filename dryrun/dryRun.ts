import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { check, type Checked } from "./check/check";
import { connect, kubectlFor } from "./connect";
import { CouldNotCheck, crashText } from "./couldNotCheck";
import { identityProblems } from "./guard/accessReviews";
import { probeGuard } from "./guard/probe";
import { findKubectl, knownKubectl, rendererMinor } from "./kubectl/find";
import { connectKubectl } from "./kubectl/kubectl";
import type { Options } from "./options";
import { createRedactor } from "./redaction/redact";
import { baseFolder } from "./render/base";
import { identityOf, type KubernetesObject, parseObjects } from "./render/objects";
import { render, type RenderOptions } from "./render/render";
import { type Changes, changesBetween } from "./render/touched";
import { uncoveredFiles } from "./render/uncovered";
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
  // AbortSignal.any of an AbortSignal.timeout can be collected before it fires: https://github.com/nodejs/node/issues/57736
  const run = new AbortController();
  const end = () => {
    run.abort();
  };
  const timer = setTimeout(end, options.timeout * 1000);
  ended.addEventListener("abort", end, { once: true });
  const draft: Draft = {
    guard: "not-reached",
    identityProblems: [],
    objects: [],
    uncoveredFiles: [],
    rendered: [],
  };
  try {
    await fill(draft, options, folder, run.signal);
  } catch (error) {
    draft.problem = error instanceof CouldNotCheck ? error.message : crashText(error);
  } finally {
    clearTimeout(timer);
  }
  if (run.signal.aborted) {
    draft.problem = ended.aborted
      ? "The run was ended from outside."
      : `The run was ended after its time limit of ${String(options.timeout)} s.`;
  }
  return finished(draft, options, startedAt);
}

async function fill(draft: Draft, options: Options, folder: string, signal: AbortSignal): Promise<void> {
  const { api, kubeconfig, proof, serverVersion, minor } = await connect(options, folder, signal);
  try {
    const label = `1_${String(minor)}`;
    draft.server = {
      version: serverVersion,
      label: options.versionLabel,
      labelIsStale: label !== options.versionLabel,
    };
    const probed = await probeGuard(api);
    draft.guard = probed.guard;
    draft.guardMessage = probed.message;
    if (probed.guard !== "proven" && !options.allowUnguarded) throw new CouldNotCheck(probed.message ?? "");
    const [problems, renderer] = await Promise.all([
      identityProblems(api),
      findKubectl(knownKubectl(rendererMinor), process.env, folder, signal),
    ]);
    draft.identityProblems = problems;

    const repository = resolve(options.repository);
    const rendering = { renderer, allowedRemotePrefixes: options.allowedRemotePrefixes, signal };
    const base = renderBase(repository, options, folder, rendering);
    const [head, { binary, version }] = await Promise.all([
      render(repository, options.overlay, { ...rendering, except: resolve(repository, options.base) }),
      kubectlFor(options, minor, folder, signal),
    ]);
    draft.kubectl = { version };
    draft.rendered = parseObjects(head.text);
    if (draft.rendered.length === 0) throw new CouldNotCheck(`${options.overlay} renders to nothing.`);
    draft.uncoveredFiles = uncoveredFiles(head.files, options.paths);

    const checked = await check(draft.rendered, {
      api,
      kubectl: connectKubectl({ binary, kubeconfig, proof, folder, signal }),
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

/** The render without the change. */
interface Base {
  /** Undefined if there is no such overlay yet, or it cannot be rendered: then everything counts as touched. */
  text?: string;
  problem?: string;
}

/** Renders the base beside the check, which does not need it. */
async function renderBase(
  repository: string,
  options: Options,
  folder: string,
  rendering: RenderOptions,
): Promise<Base> {
  try {
    const root = await baseFolder(repository, options.base, folder, rendering.signal);
    if (!isFolder(join(root, options.overlay))) return {};
    const { text } = await render(root, options.overlay, rendering);
    return { text };
  } catch (error) {
    if (error instanceof CouldNotCheck) return { problem: error.message };
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
