import type { GitHub, Job } from "../github/api";

/** For so long a job can be queued: a run that took a runner now was created within it. */
const longestQueue = 24 * 60 * 60_000;

/**
 * When runners of projects were last seen to start a job in any run of the workflow: where few builds may run at once,
 * the own job waits behind those of others.
 * @param since times before it do not count, in milliseconds since 1970.
 * @returns of each project that shows life a time not before `since`.
 */
export async function signsOfLife(
  { github, run, workflow }: { github: GitHub; run: number; workflow: string },
  projects: string[],
  since: number,
): Promise<Map<string, number>> {
  const lives = new Map<string, number>();
  const runs = await github.runsOf({ createdSince: since - longestQueue });
  const candidates = runs.filter(
    (other) =>
      other.id !== run &&
      other.workflow === workflow &&
      (other.status !== "completed" || other.updatedAt >= since),
  );
  for (const { id } of candidates) {
    if (projects.every((project) => lives.has(project))) break;
    const { jobs } = await github.jobsOf(id);
    for (const project of projects) {
      const starts = jobs
        .filter((job) => isOf(project, job) && wasTaken(job))
        .map(({ startedAt }) => startedAt);
      const newest = Math.max(...starts, lives.get(project) ?? 0);
      if (newest >= since) lives.set(project, newest);
    }
  }
  return lives;
}

/** Whether a job asked for a runner of a project: `codebuild-<project>-<run>-<attempt>`. */
function isOf(project: string, { labels }: Job): boolean {
  const prefix = `codebuild-${project}-`;
  return labels.some((label) => label.startsWith(prefix) && /^\d+-\d+$/.test(label.slice(prefix.length)));
}

/** A job that was cancelled in the queue is completed too, and has a time at which it is said to have started. */
function wasTaken({ status, runnerName }: Job): boolean {
  return status === "in_progress" || (status === "completed" && runnerName !== "");
}
