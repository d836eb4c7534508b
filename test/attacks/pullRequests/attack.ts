import type { AttackedWorld } from "./world";

/** Whose attack it is. */
export type Attacker =
  /** Somebody who may push a branch to the repository, or has stolen such an account. */
  | "branch pusher"
  /** Somebody who may only open a pull request from a fork. */
  | "fork"
  /** Code of others that a job runs. */
  | "compromised action"
  /** Whoever got hold of what a job on the runner holds. */
  | "stolen credential"
  /** Somebody who may make releases, or has stolen such an account. */
  | "maintainer";

/** What no set-up of a repository can hold, by the heading in docs/security.md that says why. */
export type AcceptedReason = "A changed workflow" | "A poisoned runner" | "What a thief of a release can do";

/** What becomes of an attack. */
export type Verdict = { is: "held"; control: string } | { is: "accepted"; reason: AcceptedReason };

/** What somebody does who means harm: by a pull request where nothing else is said. */
export interface Attack<World = AttackedWorld> {
  /** By which docs/security.md names it. */
  name: string;
  attacker: Attacker;
  /** What it tries, in a few words. */
  tries: string;
  verdict: Verdict;
  /** Changes what others in the world look at: played when they are over, and by itself. */
  isAlone?: boolean;
  /**
   * Plays it through the whole way.
   * @returns what was looked at, which would have shown a success
   * @throws Breach if it is not as the verdict says
   */
  play(world: World): Promise<string>;
}

/** An attack ended otherwise than the table says. */
export class Breach extends Error {}

/** Ends an attack as a breach unless something is so. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Breach(otherwise);
}

export const held = (control: string): Verdict => ({ is: "held", control });
export const accepted = (reason: AcceptedReason): Verdict => ({ is: "accepted", reason });
