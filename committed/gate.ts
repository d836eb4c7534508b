/** What GitHub's `toJSON(needs)` gives: the result of each job that the gate needs, and its outputs. */
export type Needs = Record<string, { result: string; outputs?: Record<string, string> } | undefined>;

/** What the gate knows of an environment. */
export interface GateEnvironment {
  name: string;
  /** Output of the job `changes` that says `true` when the pull request touches the environment. */
  filter: string;
  /** The job that checks it; absent where there is no runner. */
  job?: string;
}

/**
 * Decides the one required check. A skipped job counts as success for GitHub, so each result is judged against what
 * it must be: success where the environment is touched, skipped where it is not.
 * @returns whether the pull request may be merged, and lines for the log as GitHub workflow commands.
 */
export function gate(needs: Needs, environments: GateEnvironment[]): { ok: boolean; lines: string[] } {
  const changes = needs.changes;
  if (changes?.result !== "success") {
    const result = changes?.result ?? "missing";
    return {
      ok: false,
      lines: [`::error::The job changes is ${result}: nobody knows which clusters this change touches.`],
    };
  }
  const verdicts = environments.map((environment) =>
    judge(
      environment,
      changes.outputs?.[environment.filter],
      environment.job && needs[environment.job]?.result,
    ),
  );
  return { ok: verdicts.every(({ ok }) => ok), lines: verdicts.map(({ line }) => line) };
}

function judge(
  { name, filter, job }: GateEnvironment,
  touched: string | undefined,
  result = "missing",
): { ok: boolean; line: string } {
  if (touched !== "true" && touched !== "false") {
    return {
      ok: false,
      line: `::error::${name}: the job changes does not say whether ${filter} is touched.`,
    };
  }
  if (!job) {
    const line =
      touched === "true"
        ? `::warning::${name}: NOT CHECKED. This change touches it, and it has no runner.`
        : `${name}: not touched (it has no runner).`;
    return { ok: true, line };
  }
  const expected = touched === "true" ? "success" : "skipped";
  if (result !== expected) {
    const why = touched === "true" ? "touched" : "not touched";
    return {
      ok: false,
      line: `::error::${name}: ${why}, and the job ${job} is ${result} instead of ${expected}.`,
    };
  }
  return { ok: true, line: touched === "true" ? `${name}: checked.` : `${name}: not touched.` };
}
