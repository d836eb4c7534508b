import type { Outcome, State } from "./outcome";

/** What the job says in the end, and its exit code. */
export interface Verdict {
  exitCode: 0 | 1 | 2;
  sentence: string;
}

/** Sums up: 0, it would apply; 1, the cluster would refuse some of it; 2, it could not be checked. */
export function verdictOf(outcomes: Outcome[]): Verdict {
  const count = (state: State) => outcomes.filter((outcome) => outcome.state === state).length;
  const counts = (["changed", "unchanged", "refused", "not checked", "failed"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${String(count(state))} ${state}`)
    .join(", ");
  if (count("refused") > 0) return { exitCode: 1, sentence: `Applying this would fail: ${counts}.` };
  if (count("failed") > 0) return { exitCode: 2, sentence: `Not everything could be checked: ${counts}.` };
  if (count("changed") + count("unchanged") === 0) {
    return { exitCode: 2, sentence: `Nothing could be checked: ${counts}.` };
  }
  return { exitCode: 0, sentence: `This would apply: ${counts}.` };
}
