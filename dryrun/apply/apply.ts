import { connect, type Connection } from "../connect";
import { CouldNotCheck, crashText } from "../couldNotCheck";
import { findTargets } from "../check/targets";
import { type Ending, endingOf } from "../ending";
import { connectKubectl, type Kubectl } from "../kubectl/kubectl";
import { readOverlay, renderOptionsOf } from "../overlay";
import { createRedactor } from "../redaction/redact";
import type { KubernetesObject } from "../render/objects";
import type { RenderOptions } from "../render/render";
import { oneLine } from "../report/inertText";
import type { ObjectResult, Report } from "../report/types";
import { accountLine, isThere } from "./account";
import { deleteObject, leftInCluster } from "./deletions";
import { type Draft, finished } from "./draft";
import { blockedBy, dryRunAll, type Seen } from "./dryRunAll";
import { releaseIdentity } from "./identity";
import type { ApplyOptions } from "./options";
import { removedFromGit } from "./removedFromGit";
import { hasRollout } from "./rollout";
import { waitForRollouts } from "./waitForRollouts";
import { writeAll } from "./writeAll";

/** Seconds that requests which are under way have to end when the run is ended. */
const grace = 10;

/** Longest line of the log about one object. */
const longestLine = 1_000;

/** Where an apply takes place. */
interface Place extends Connection {
  options: ApplyOptions;
  folder: string;
  rendering: RenderOptions;
  ending: Ending;
  kubectl: Kubectl;
  seen: Seen;
  /** Says a line in the log, redacted. */
  say: (line: string) => void;
}

/**
 * Applies an overlay: dry-runs everything first and writes nothing if something would fail. Never throws for what can be said
 * in a report.
 * @param folder for files of its own, which nobody else can read.
 * @param ended ends the run from outside: what is under way gets its answer, and nothing else is sent.
 * @param log hears what happens, when it has happened.
 */
export async function apply(
  options: ApplyOptions,
  folder: string,
  ended: AbortSignal,
  log: (line: string) => void,
): Promise<Report> {
  const startedAt = new Date();
  const ending = endingOf(ended, options.timeout, grace);
  const draft: Draft = {
    results: new Map(),
    deletions: [],
    left: [],
    hidden: [],
    uncoveredFiles: [],
    isWriting: false,
  };
  try {
    await fill(draft, options, folder, ending, log);
  } catch (error) {
    draft.problem = error instanceof CouldNotCheck ? error.message : crashText(error);
  } finally {
    ending.clear();
  }
  draft.stoppedBecause = ending.reason() ?? draft.stoppedBecause;
  return finished(draft, options, startedAt);
}

async function fill(
  draft: Draft,
  options: ApplyOptions,
  folder: string,
  ending: Ending,
  log: (line: string) => void,
): Promise<void> {
  const connection = await connect(options, folder, ending.cut);
  const { api, kubeconfig, server, minor } = connection;
  try {
    draft.server = server;
    const [name, rendering] = await Promise.all([
      releaseIdentity(api),
      renderOptionsOf(options, folder, ending.signal),
    ]);
    const overlay = await readOverlay(options, minor, folder, rendering);
    draft.kubectl = { version: overlay.kubectl.version };
    draft.uncoveredFiles = overlay.uncoveredFiles;
    draft.hidden.push(...overlay.objects.map(({ manifest }) => manifest));
    const kubectl = connectKubectl({
      ...overlay.kubectl,
      kubeconfig,
      proof: () => api.proof,
      folder,
      signal: ending.cut,
    });
    log(
      `${String(overlay.objects.length)} objects on Kubernetes ${server.version}, as ${name}. Dry run first.`,
    );
    const seen = await dryRunAll(overlay.objects, options.deletions, draft, {
      api,
      kubectl,
      mode: options.mode,
      defaultNamespace: kubeconfig.namespace,
      signal: ending.signal,
    });
    const redactor = createRedactor(draft.hidden, { notSecret: options.notSecret });
    const say = (line: string) => {
      log(oneLine(redactor.text(line), longestLine));
    };
    await applyAll(overlay.objects, draft, {
      ...connection,
      options,
      folder,
      rendering,
      ending,
      kubectl,
      seen,
      say,
    });
  } finally {
    api.close();
  }
}

async function applyAll(objects: KubernetesObject[], draft: Draft, place: Place): Promise<void> {
  const { ending, options, say } = place;
  draft.stoppedBecause = blockedBy(draft, options);
  if (draft.stoppedBecause !== undefined || ending.signal.aborted) return;
  say("Nothing would fail: it is applied now. An object has a line when its answer has come.");
  await writeObjects(objects, draft, place);
  const missing = [...draft.results.values()].filter((result) => !isThere(result));
  if (missing.length > 0) {
    draft.stoppedBecause = `${String(missing.length)} objects could not be applied.`;
    return;
  }
  if (draft.stoppedBecause !== undefined) return;
  await Promise.all([waitUntilReady(objects, draft, place), findLeft(objects, draft, place)]);
  await deleteNamed(draft, place);
}

async function writeObjects(objects: KubernetesObject[], draft: Draft, place: Place): Promise<void> {
  const { api, kubectl, kubeconfig, options, ending, seen, say } = place;
  const tell = (
    object: KubernetesObject,
    { outcome, message }: Pick<ObjectResult, "outcome" | "message">,
  ) => {
    const result = draft.results.get(object);
    if (!result) return;
    const { message: before, ...rest } = result;
    void before;
    draft.results.set(object, {
      ...rest,
      outcome,
      ...(message !== undefined && { message }),
      touched: result.touched || outcome !== "unchanged",
    });
  };
  draft.isWriting = true;
  const { applied, stopped } = await writeAll(objects, {
    api,
    kubectl,
    mode: options.mode,
    defaultNamespace: kubeconfig.namespace,
    seen,
    told: (one, object) => {
      tell(object, one);
      say(accountLine(one));
    },
    signal: ending.signal,
  });
  draft.isWriting = false;
  draft.stoppedBecause = stopped;
  for (const [at, object] of objects.entries()) tell(object, applied[at] ?? { outcome: "not known" });
}

async function waitUntilReady(objects: KubernetesObject[], draft: Draft, place: Place): Promise<void> {
  const { api, kubeconfig, options, ending, say } = place;
  const workloads = objects.filter(hasRollout);
  const { targets, findings } = await findTargets(workloads, objects, {
    api,
    defaultNamespace: kubeconfig.namespace,
    sendsAll: true,
  });
  const notReady = await waitForRollouts(targets, {
    api,
    deadline: options.rolloutTimeout,
    told: say,
    signal: ending.signal,
  });
  const tell = (object: KubernetesObject, message: string, details: string[]) => {
    const result = draft.results.get(object);
    if (result) draft.results.set(object, { ...result, touched: true, notReady: { message, details } });
  };
  for (const [object, { message = "" }] of findings) tell(object, `it cannot be looked at: ${message}`, []);
  for (const { target, message, lines, hidden } of notReady) {
    draft.hidden.push(...hidden);
    tell(target.object, message, lines);
  }
}

/** Looks for what earlier releases had and this one has not. */
async function findLeft(objects: KubernetesObject[], draft: Draft, place: Place): Promise<void> {
  const { api, kubeconfig, options, folder, rendering } = place;
  const { objects: removed, problem } = await removedFromGit(options, objects, folder, rendering);
  draft.baseProblem = problem;
  // A workload's log may still hold what a Secret had that has another name now.
  draft.hidden.push(...removed.map(({ manifest }) => manifest));
  draft.left = await leftInCluster(removed, kubeconfig.namespace, api);
}

/** Deletes what is named, if all the rest is ready. */
async function deleteNamed({ deletions, results }: Draft, { api, ending, say }: Place): Promise<void> {
  const isReady = [...results.values()].every(({ notReady }) => notReady === undefined);
  for (const deletion of deletions) {
    const { target, result } = deletion;
    if (!target) continue;
    if (!isReady || ending.signal.aborted) {
      const message = "it is deleted only when all else is applied and ready";
      deletion.result = { ...result, outcome: "not applied", message };
      continue;
    }
    // Whatever happens from now on, it may have been sent.
    deletion.result = { ...result, outcome: "not known" };
    const deleted = await deleteObject(target, api, ending.signal);
    deletion.result = { ...result, ...deleted };
    say(accountLine({ ...result, ...deleted }));
  }
}
