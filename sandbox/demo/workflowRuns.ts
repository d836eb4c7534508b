import type { RepositoryApi } from "./repositoryApi";

/** A workflow run, as far as the demo looks at it (https://docs.github.com/en/rest/actions/workflow-runs). */
export interface Run {
  id: number;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
}

/** A job of a run (https://docs.github.com/en/rest/actions/workflow-jobs). */
export interface Job {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  labels: string[];
  runner_name: string | null;
}

/** A run and its jobs. */
export interface RunWithJobs {
  run: Run;
  jobs: Job[];
}

/**
 * The newest run of a workflow; undefined while there is none.
 * @param workflow its `name:`
 * @param query what else it must be, as GitHub's API filters runs
 */
export async function newestRun(
  api: RepositoryApi,
  workflow: string,
  query: Record<string, string>,
): Promise<RunWithJobs | undefined> {
  const { workflow_runs: runs } = await api.ask<{ workflow_runs: Run[] }>(
    "GET",
    `actions/runs?${new URLSearchParams(query).toString()}`,
  );
  const run = runs.find(({ name }) => name === workflow);
  if (!run) return undefined;
  const path = `actions/runs/${String(run.id)}/jobs?per_page=100`;
  return { run, jobs: (await api.ask<{ jobs: Job[] }>("GET", path)).jobs };
}
