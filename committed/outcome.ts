import type { Needs } from "./needs";

/** What the gate and the comment know of an environment. */
export interface JudgedEnvironment {
  name: string;
  /** Output of the job `changes` that says `true` when the pull request touches the environment. */
  filter: string;
  /** The job that checks it, and whether its failure turns the gate red; absent where there is no runner. */
  check?: { job: string; enforcement: "report" | "require" };
}

/** What became of an environment in a run, as far as GitHub itself says it. */
export type Outcome =
  /** Nobody knows whether it is touched, or its job is in a state in which it cannot be. */
  | "unclear"
  | "not touched"
  /** It is touched, and has no runner. */
  | "no runner"
  | "checked"
  | "failed"
  | "cancelled"
  /** No runner came for its job, so that the job `watch` had the run cancelled. */
  | "not started"
  | "skipped";

const outcomes: Record<string, Outcome | undefined> = {
  success: "checked",
  failure: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

/** Reads what became of an environment from the results of the jobs. */
export function outcomeOf({ name, filter, check }: JudgedEnvironment, needs: Needs): Outcome {
  const touched = needs.changes?.outputs?.[filter];
  if (needs.changes?.result !== "success" || (touched !== "true" && touched !== "false")) return "unclear";
  if (!check) return touched === "true" ? "no runner" : "not touched";
  const result = needs[check.job]?.result ?? "missing";
  // A skipped job counts as success for GitHub: it is one only where the environment is not touched.
  if (touched === "false") return result === "skipped" ? "not touched" : "unclear";
  if (result !== "success" && notStarted(needs).includes(name)) return "not started";
  return outcomes[result] ?? "unclear";
}

/** The environments for which no runner came, by the job `watch`. What it says decides about words, never about green. */
function notStarted(needs: Needs): string[] {
  try {
    const names: unknown = JSON.parse(needs.watch?.outputs?.["not-started"] ?? "[]");
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}

/**
 * A sentence about what became of an environment, without its name.
 * @param runnerStartMinutes how long a runner is waited for.
 */
export function describeOutcome(
  outcome: Outcome,
  environment: JudgedEnvironment,
  runnerStartMinutes: number,
): string {
  const job = `the job ${environment.check?.job ?? ""}`;
  const look = howToLook(environment);
  const sentences: Record<Outcome, string> = {
    unclear:
      "nobody knows whether this pull request touches it, or its job is in a state in which it cannot be.",
    "not touched": "not affected by this pull request.",
    "no runner": "this pull request touches it, and it has no runner.",
    checked: "checked.",
    failed: `${job} failed.`,
    cancelled: `${job} was cancelled.`,
    "not started": `no runner started within ${String(runnerStartMinutes)} minutes. ${look}.`,
    skipped: `this pull request touches it, and ${job} was skipped.`,
  };
  return sentences[outcome];
}

/** What to do where an environment's runner or cluster cannot be reached. */
export function howToLook({ name }: JudgedEnvironment): string {
  return `Look with npm run doctor -- --stack ${name}`;
}

/** Whether an environment that the pull request touches was left unchecked, which must not be overlooked. */
export function isLeftUnchecked(outcome: Outcome): boolean {
  return ["no runner", "cancelled", "not started", "skipped"].includes(outcome);
}
