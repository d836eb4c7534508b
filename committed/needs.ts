import type { CommittedEnvironment } from "./environment";

/** The results of the jobs that a job needs, by id, and some of their outputs. */
export type Needs = Record<string, { result: string; outputs?: Record<string, string> } | undefined>;

/** Ids of the jobs whose results the gate and the comment read. */
export function jobsBefore(environments: CommittedEnvironment[]): string[] {
  const dryRuns = environments.flatMap(({ runner }) => runner?.jobName ?? []);
  return dryRuns.length > 0 ? ["changes", ...dryRuns, "watch"] : ["changes"];
}

/** The expression that gives {@link Needs} to a program as JSON. */
export function needsExpression(environments: CommittedEnvironment[]): string {
  // Not `toJSON(needs)`: with the reports of the regions in it, it would be longer than a variable can be on Linux.
  const dryRuns = new Set(environments.flatMap(({ runner }) => runner?.jobName ?? []));
  const lines = jobsBefore(environments).map((job) =>
    dryRuns.has(job)
      ? `"${job}": { "result": "\${{ needs.${job}.result }}" }`
      : `"${job}": \${{ toJSON(needs.${job}) }}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
