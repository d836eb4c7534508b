import type { Needs } from "./needs";
import { describeOutcome, isLeftUnchecked, type JudgedEnvironment, outcomeOf } from "./outcome";

/**
 * Decides the one required check.
 * @param runnerStartMinutes how long a runner is waited for.
 * @returns whether the pull request may be merged, and lines for the log as GitHub workflow commands.
 */
export function gate(
  needs: Needs,
  environments: JudgedEnvironment[],
  runnerStartMinutes: number,
): { ok: boolean; lines: string[] } {
  const { changes, watch } = needs;
  if (changes?.result !== "success") {
    const result = changes?.result ?? "missing";
    return {
      ok: false,
      lines: [`::error::The job changes is ${result}: nobody knows which clusters this change touches.`],
    };
  }
  const verdicts = environments.map((environment) => judge(environment, needs, runnerStartMinutes));
  // Its result decides nothing: who watches over waiting jobs says nothing about what they found.
  const watched =
    watch?.result === "failure" || watch?.result === "cancelled"
      ? [`::warning::The job watch is ${watch.result}. Its log says why.`]
      : [];
  return { ok: verdicts.every(({ ok }) => ok), lines: [...verdicts.map(({ line }) => line), ...watched] };
}

function judge(
  environment: JudgedEnvironment,
  needs: Needs,
  runnerStartMinutes: number,
): { ok: boolean; line: string } {
  const outcome = outcomeOf(environment, needs);
  const loud = isLeftUnchecked(outcome) ? "NOT CHECKED: " : "";
  const sentence = `${environment.name}: ${loud}${describeOutcome(outcome, environment, runnerStartMinutes)}`;
  switch (outcome) {
    case "checked":
    case "not touched":
      return { ok: true, line: sentence };
    case "no runner":
      return { ok: true, line: `::warning::${sentence}` };
    case "unclear":
      return { ok: false, line: `::error::${sentence}` };
    default:
      if (environment.check?.enforcement === "require") return { ok: false, line: `::error::${sentence}` };
      return {
        ok: true,
        line: `::warning::${sentence} The gate is green all the same: the environment only reports.`,
      };
  }
}
