import { titleOf } from "../render/objects";
import type { Outcome } from "../report/types";

/** An object with what became of it. */
export interface AppliedObject {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  outcome: Outcome;
  /** Why, where it is not in the cluster as it should be. Not redacted. */
  message?: string;
}

/** Whether the cluster now has an object as the overlay has it. */
export function isThere({ outcome }: { outcome?: Outcome }): boolean {
  return outcome === "created" || outcome === "changed" || outcome === "unchanged";
}

/**
 * A line of the log for an object. It is written when the answer has come: it stays true if this program ends at once. Not
 * redacted.
 */
export function accountLine(applied: AppliedObject): string {
  const { outcome, message } = applied;
  return `${outcome}: ${titleOf(applied)}${message === undefined ? "" : `: ${message}`}`;
}
