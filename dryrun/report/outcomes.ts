import { groupOf } from "../render/objects";
import type { Applied, ApplyState, ObjectResult, Outcome } from "./types";

interface OutcomeRow {
  /** What it says of the whole: all is as it should be, something was written, or something is missing. */
  isDone: boolean;
  /** Whether the cluster is not as it was, or may not be. */
  isWritten: boolean;
  sign: string;
  meaning: string;
}

/** What can become of an object, that which must be read first at the top. */
export const outcomes: Record<Outcome, OutcomeRow> = {
  "not known": {
    isDone: false,
    isWritten: true,
    sign: "❓",
    meaning: "It was sent and no answer came, not even to the question what became of it. Apply again.",
  },
  refused: {
    isDone: false,
    isWritten: false,
    sign: "❌",
    meaning: "The cluster refused it, and has it as before.",
  },
  "not applied": {
    isDone: false,
    isWritten: false,
    sign: "🚫",
    meaning: "Nothing was sent: the cluster has it as before.",
  },
  created: {
    isDone: true,
    isWritten: true,
    sign: "🆕",
    meaning: "The cluster did not have it and has it now.",
  },
  changed: {
    isDone: true,
    isWritten: true,
    sign: "✏️",
    meaning: "The cluster has it as the overlay has it now.",
  },
  deleted: {
    isDone: true,
    isWritten: true,
    sign: "🗑️",
    meaning: "It was named for deletion, and is gone.",
  },
  "being deleted": {
    isDone: true,
    isWritten: true,
    sign: "🗑️",
    meaning: "It was named for deletion, the cluster took that, and it goes when its finalizers are done.",
  },
  "left in the cluster": {
    isDone: true,
    isWritten: false,
    sign: "📌",
    meaning:
      "An earlier release has it and this one has not. It is still there: nothing is deleted that is not named.",
  },
  "not there": {
    isDone: true,
    isWritten: false,
    sign: "✅",
    meaning: "It was named for deletion, and was gone before.",
  },
  unchanged: {
    isDone: true,
    isWritten: false,
    sign: "✅",
    meaning: "The cluster had it just so, and nothing was written.",
  },
};

/** What an apply can say as a whole. */
export const applyStates: Record<ApplyState, { sign: string; exitCode: 0 | 1; meaning: string }> = {
  applied: {
    sign: "✅",
    exitCode: 0,
    meaning: "Each object is in the cluster as the overlay has it, and each workload is ready.",
  },
  "not ready": {
    sign: "⚠️",
    exitCode: 1,
    meaning:
      "Each object is in the cluster, and some workload is not ready, or nobody waited for it to the end.",
  },
  "partly applied": {
    sign: "❌",
    exitCode: 1,
    meaning: "Something was written, and not all of it. Applying again goes on from there.",
  },
  "nothing applied": {
    sign: "🚫",
    exitCode: 1,
    meaning: "Nothing was written: the cluster is as before.",
  },
};

/** Sums up what became of the objects. */
export function appliedOf(objects: ObjectResult[], stoppedBecause?: string): Applied {
  return { state: stateOf(objects, stoppedBecause), ...(stoppedBecause !== undefined && { stoppedBecause }) };
}

function stateOf(objects: ObjectResult[], stoppedBecause?: string): ApplyState {
  const rows = objects.map(({ outcome = "not applied" }) => outcomes[outcome]);
  if (rows.length > 0 && rows.every(({ isDone }) => isDone)) {
    const isReady = stoppedBecause === undefined && objects.every(({ notReady }) => notReady === undefined);
    return isReady ? "applied" : "not ready";
  }
  return rows.some(({ isWritten }) => isWritten) ? "partly applied" : "nothing applied";
}

/** How many objects there are of each outcome, without those of which there are none. */
export function outcomeCounts(objects: ObjectResult[]): [Outcome, number][] {
  return (Object.keys(outcomes) as Outcome[])
    .map((outcome): [Outcome, number] => [
      outcome,
      objects.filter((object) => object.outcome === outcome).length,
    ])
    .filter(([, count]) => count > 0);
}

/** Place of an object's outcome among all: the first needs a reader most. */
export function outcomeRank({ outcome = "not applied" }: ObjectResult): number {
  return Object.keys(outcomes).indexOf(outcome);
}

/** How an object is called where its deletion is asked for, such as `Deployment.apps web/api`. */
export function deletionText({ apiVersion, kind, namespace, name }: ObjectResult): string {
  const group = groupOf({ apiVersion });
  return `${kind}${group && `.${group}`} ${namespace ? `${namespace}/` : ""}${name}`;
}
