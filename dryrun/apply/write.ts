import { applyWithKubectl } from "../check/askKubectl";
import { comparison } from "../check/comparison";
import { type Finding, type Refusal, refusalFromKubectl, refusalOf } from "../check/failure";
import type { Pending, Target } from "../check/pending";
import { type Mode, stepFor } from "../check/step";
import type { Kubectl } from "../kubectl/kubectl";
import { type Answer, type Api, isFailingWebhook } from "../kubernetes/api";
import { objectPath } from "../kubernetes/discovery";
import type { PatchSchemas } from "../kubernetes/patchSchema";
import type { Json } from "../render/objects";
import type { Outcome } from "../report/types";
import type { Seen } from "./dryRunAll";

export interface WriteOptions {
  api: Api;
  kubectl: Kubectl;
  mode: Mode;
  seen: Seen;
  schemas: PatchSchemas;
}

/** What became of an object, and why if it is not in the cluster. */
export interface Written {
  outcome: Outcome;
  message?: string;
}

/** What came of an object that was sent. */
interface Sent {
  /** Of an answer that is no success. */
  answer: Refusal;
  /** Whether it may be in the cluster although the answer is a refusal: it was sent before, and that answer was lost. */
  wasLost: boolean;
  merged?: Json;
}

/**
 * Applies one object: really, with the request that the dry run sent, made from what the dry run saw. What the cluster had
 * just so then is not asked for again. An answer that is lost is asked for by looking at the object again, never by guessing.
 */
export async function write(target: Target, options: WriteOptions): Promise<Written> {
  const { seen } = options;
  const first = seen.has(target.object)
    ? { pending: { ...target, live: seen.get(target.object) } }
    : await look(target, options);
  if (!("pending" in first)) return { outcome: "not applied", message: first.message };
  const sent = await send(first.pending, options);
  if (sent === "nothing") return { outcome: "unchanged" };
  if (sent.merged) return { outcome: outcomeOf(comparison(first.pending, sent.merged)) };
  // Either our own create, whose answer was lost before it was sent again, or somebody else's since the dry run.
  const isOthers = sent.answer.code === 409 && !first.pending.live;
  const isGone = sent.answer.code === 404 && first.pending.live !== undefined;
  if (!isLost(sent) && !isOthers && !isGone) return { outcome: "refused", message: sent.answer.message };
  return settle(first.pending, sent.answer, options);
}

/** Looks at what the cluster has of an object after an answer that says nothing. */
async function settle(before: Pending, { message }: Refusal, options: WriteOptions): Promise<Written> {
  const now = await look(before, options);
  if (!("pending" in now)) return { outcome: "not known", message };
  const { mode, schemas } = options;
  const isSame =
    now.pending.live !== undefined && stepFor(now.pending, schemas, mode, false).kind === "nothing";
  if (isSame) return { outcome: before.live ? "changed" : "created" };
  const again = await send(now.pending, options);
  if (again === "nothing") return { outcome: "unchanged" };
  if (again.merged) {
    const outcome = outcomeOf(comparison(now.pending, again.merged));
    // Then it was the lost one that took effect.
    return { outcome: outcome === "unchanged" ? outcomeOf(comparison(before, again.merged)) : outcome };
  }
  return { outcome: isLost(again) ? "not known" : "refused", message: again.answer.message };
}

async function look(target: Target, { api }: WriteOptions): Promise<{ pending: Pending } | Refusal> {
  const { resource, namespace, object } = target;
  const answer = await api.send({ path: objectPath(resource, namespace, object.name) });
  if (answer.code !== 200 && answer.code !== 404) return refusalOf(answer);
  return { pending: { ...target, live: answer.code === 200 ? answer.body : undefined } };
}

async function send(
  pending: Pending,
  { api, kubectl, mode, schemas }: WriteOptions,
): Promise<Sent | "nothing"> {
  const step = stepFor(pending, schemas, mode, false);
  if (step.kind === "nothing") return "nothing";
  if (step.kind === "request") return sentBy(await api.send(step.request));
  return sentByKubectl(await applyWithKubectl(kubectl, pending, false));
}

const none: Refusal = { code: 200, message: "", causes: [] };

function sentBy(answer: Answer): Sent {
  const isTaken = answer.code >= 200 && answer.code < 300;
  const wasLost = answer.wasLost ?? false;
  return isTaken ? { answer: none, wasLost, merged: answer.body } : { answer: refusalOf(answer), wasLost };
}

/** A kubectl that was ended, or that shows another object, says nothing of what the server did. */
function sentByKubectl({ exitCode, stderr, merged }: Awaited<ReturnType<typeof applyWithKubectl>>): Sent {
  if (exitCode === 0 && merged) return { answer: none, wasLost: false, merged };
  return { answer: refusalFromKubectl(stderr), wasLost: exitCode <= 0 };
}

/**
 * Whether nobody knows what the server did: no answer, or one that a server gives in the middle of its work. A webhook that
 * does not answer is asked before the server writes.
 */
function isLost({ answer, wasLost }: Sent): boolean {
  if (wasLost || answer.code === 0) return true;
  return answer.code >= 500 && !isFailingWebhook(answer.message);
}

function outcomeOf({ verdict }: Finding): Outcome {
  return verdict === "create" ? "created" : verdict === "change" ? "changed" : "unchanged";
}
