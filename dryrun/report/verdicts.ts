import type { Counts, ObjectResult, Reason, Report, State, Verdict } from "./types";

/** What becomes of the pull request's required check. */
export type Gate = "passes" | "fails";

/** What settings say of objects that were not checked for a reason, in place of the table. */
export type Overrides = Partial<Record<Reason, Gate>>;

export type Decision = Pick<Report, "state" | "exitCode" | "counts">;

/** The states, the one that decides first, with the exit code of the program. */
const exitCodes: Record<State, 0 | 1 | 2> = {
  "could not check": 2,
  "would fail": 1,
  "not fully checked": 0,
  changes: 0,
  "no change": 0,
};

/** States in order of precedence. */
export const states = Object.keys(exitCodes) as State[];

interface VerdictRow {
  /** The state that one touched object with this verdict asks for; of `not-checked` the reason tells. */
  state?: State;
  meaning: string;
}

export const verdicts: Record<Verdict, VerdictRow> = {
  create: { state: "changes", meaning: "The cluster does not have it and would create it." },
  change: { state: "changes", meaning: "The cluster has it and would change it." },
  unchanged: { state: "no change", meaning: "The cluster has it just so." },
  "removed-from-git": {
    state: "changes",
    meaning: "The base has it, the pull request has not. kubectl apply does not delete it from the cluster.",
  },
  "would-fail": { state: "would fail", meaning: "The cluster would refuse it." },
  "needs-replace": {
    state: "would fail",
    meaning: "It changes a field that cannot be changed: it would have to be deleted and created again.",
  },
  "not-checked": { meaning: "Nobody knows, for the reason that is given." },
};

interface ReasonRow {
  gate: Gate;
  meaning: string;
}

/** Reasons that are expected let the pull request pass: nobody could have checked the object. */
export const reasons: Record<Reason, ReasonRow> = {
  secret: { gate: "passes", meaning: "Secrets are not sent to the cluster." },
  "rbac-object": {
    gate: "passes",
    meaning: "The identity may not write RBAC objects: a dry run of them needs the rights that they grant.",
  },
  "new-kind": { gate: "passes", meaning: "The pull request itself defines its kind." },
  "new-namespace": { gate: "passes", meaning: "The pull request itself adds its namespace." },
  "no-rights": { gate: "fails", meaning: "The identity has no rights on its kind: run npm run guard." },
  "webhook-without-dry-run": {
    gate: "fails",
    meaning: "An admission webhook of the cluster has side effects and supports no dry run.",
  },
  "webhook-failed": { gate: "fails", meaning: "An admission webhook of the cluster did not answer." },
  "field-conflict": { gate: "fails", meaning: "Another field manager owns a field that it sets." },
  interrupted: { gate: "fails", meaning: "The run ended before its turn." },
  "server-error": { gate: "fails", meaning: "The API server did not give an answer that tells." },
};

/** All reasons, as settings name them. */
export const reasonNames = Object.keys(reasons) as Reason[];

/** Whether the required check passes with a state. */
export function gateOf(state: State): Gate {
  return exitCodes[state] === 0 ? "passes" : "fails";
}

/** Exit code of the program for a state. */
export function exitCodeOf(state: State): 0 | 1 | 2 {
  return exitCodes[state];
}

/**
 * The state that one object asks for if the pull request touches it.
 * @throws if the verdict is `not-checked` and no reason is given.
 */
export function stateOf({ verdict, reason, name }: ObjectResult, overrides: Overrides = {}): State {
  const { state } = verdicts[verdict];
  if (state) return state;
  if (!reason) throw new Error(`${name} was not checked, and nothing says why.`);
  const gate = overrides[reason] ?? reasons[reason].gate;
  return gate === "passes" ? "not fully checked" : "could not check";
}

/**
 * Sums up. Only objects that the pull request touches decide; what was already so before is counted apart.
 * @param problem what stopped the whole run.
 * @param overrides by reason, in place of the table.
 */
export function decide(
  objects: ObjectResult[],
  problem: string | undefined,
  overrides: Overrides = {},
): Decision {
  const touched = objects.filter((object) => object.touched);
  const asked = new Set(touched.map((object) => stateOf(object, overrides)));
  // Nothing looked at is not the same as nothing to change.
  if (problem !== undefined || objects.length === 0) asked.add("could not check");
  const state = states.find((candidate) => asked.has(candidate)) ?? "no change";
  const alreadySo = objects.filter((object) => !object.touched);
  return {
    state,
    exitCode: exitCodeOf(state),
    counts: { touched: count(touched), alreadySo: count(alreadySo) },
  };
}

function count(objects: ObjectResult[]): Counts["touched"] {
  const counts = Object.fromEntries(
    Object.keys(verdicts).map((verdict) => [verdict, 0]),
  ) as Counts["touched"];
  for (const { verdict } of objects) counts[verdict] += 1;
  return counts;
}

/**
 * Reads overrides as people write them: `no-rights=passes, secret=fails`.
 * @throws with all that is wrong in one message.
 */
export function parseOverrides(text: string): Overrides {
  const overrides: Overrides = {};
  const problems: string[] = [];
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [reason = "", gate = "", ...rest] = entry.split("=");
    if (!Object.hasOwn(reasons, reason) || (gate !== "passes" && gate !== "fails") || rest.length > 0) {
      problems.push(JSON.stringify(entry));
    } else {
      overrides[reason as Reason] = gate;
    }
  }
  if (problems.length === 0) return overrides;
  throw new Error(
    `${problems.join(", ")} must look like REASON=passes or REASON=fails, where REASON is one of ` +
      `${reasonNames.join(", ")}.`,
  );
}
