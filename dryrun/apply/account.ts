import { titleOf } from "../render/objects";

/** What became of an object in the cluster. */
export type Outcome =
  | "created"
  | "changed"
  | "unchanged"
  /** The server refused it: it is as before. */
  | "refused"
  /** Nothing was sent: it is as before. */
  | "not applied"
  /** It was sent, and no answer came: nobody knows. */
  | "not known";

/** An object with what became of it. */
export interface AppliedObject {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  outcome: Outcome;
  /** Why, where it is not in the cluster as it should be. */
  message?: string;
}

/** Whether the cluster now has an object as the overlay has it. */
export function isThere({ outcome }: AppliedObject): boolean {
  return outcome === "created" || outcome === "changed" || outcome === "unchanged";
}

/** A line of the log for an object. It is written when the answer has come: it stays true if this program ends at once. */
export function accountLine(applied: AppliedObject): string {
  const { outcome, message } = applied;
  return `${outcome.padEnd(11)} ${titleOf(applied)}${message === undefined ? "" : `: ${message}`}`;
}
