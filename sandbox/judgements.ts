import type { JudgedJob } from "./aws/codebuild/judgements";
import { consolePaths } from "./aws/consolePaths";
import type { SandboxState } from "./folder";

/** What was decided on each queued job at each webhook, the oldest first. */
export async function readJudgements({ ports }: SandboxState): Promise<JudgedJob[]> {
  const response = await fetch(`http://127.0.0.1:${String(ports.aws)}${consolePaths.builds}`);
  if (!response.ok) throw new Error(`The local AWS answered ${String(response.status)}.`);
  return (await response.json()) as JudgedJob[];
}

/**
 * A paragraph for each job, for people. Every project hears of every job, so jobs for GitHub's own machines are left out,
 * and of a job that has a build the projects that passed it over.
 */
export function judgementLines(judged: JudgedJob[]): string[] {
  const jobs = new Map<number, JudgedJob[]>();
  const isHosted = ({ job }: JudgedJob) => job.labels.some((label) => /^(ubuntu|windows|macos)-/.test(label));
  for (const one of judged.filter((each) => !isHosted(each)))
    jobs.set(one.job.id, [...(jobs.get(one.job.id) ?? []), one]);
  return [...jobs.values()].flatMap((ofJob) => {
    const started = ofJob.filter(({ buildId }) => buildId !== undefined);
    return [...ofJob.slice(0, 1).map(heading), ...(started.length > 0 ? started : ofJob).map(line)];
  });
}

function heading({ time, job }: JudgedJob): string {
  return `${time} job ${String(job.id)} "${job.name}" of run ${String(job.runId)}, attempt ${String(job.runAttempt)}`;
}

function line({ region, project, build, buildId, reason }: JudgedJob): string {
  const place = `  ${region} ${project}: `;
  if (buildId === undefined || build === undefined) return `${place}no build, ${reason ?? ""}`;
  const why = [build.message, build.reason].filter(Boolean).join("; ");
  const where = build.status === "SUCCEEDED" ? "" : ` in ${build.phase}${why ? `: ${why}` : ""}`;
  return `${place}${buildId} ${build.status}${where}`;
}
