import { must } from "../pullRequests/attack";
import { type Job, type Run, until } from "../pullRequests/repository";
import { people } from "./people";
import type { ReleasedWorld } from "./world";

type Repository = Pick<ReleasedWorld, "repository">;

interface Pending {
  environment: { id: number; name: string };
}

/** Starts a workflow of the default branch by hand. @returns its run */
export async function startByHand(
  { repository }: Repository,
  path: string,
  inputs: Record<string, string> = {},
  token = people.administrator,
): Promise<Run> {
  const runs = async () =>
    (
      await repository.ask<{ workflow_runs: Run[] }>(
        "GET",
        "actions/runs?event=workflow_dispatch&per_page=100",
      )
    ).workflow_runs;
  const before = new Set((await runs()).map(({ id }) => id));
  const name = path.split("/").at(-1) ?? "";
  await repository.ask("POST", `actions/workflows/${name}/dispatches`, { ref: "main", inputs }, token);
  return until(`a run of ${path}`, async () =>
    (await runs()).find((run) => run.path === path && !before.has(run.id)),
  );
}

/** The run that a tag or a branch started. */
export function runOf({ repository }: Repository, sha: string, path: string): Promise<Run> {
  return until(`a run of ${path}`, () => repository.run(sha, path));
}

/** Waits until a job of a run is as wanted; it must not end otherwise, nor the run without it. */
export function jobOf(
  { repository }: Repository,
  { id }: Run,
  name: string,
  isWanted: (job: Job) => boolean,
): Promise<Job> {
  return until(`the job ${name} as wanted`, async () => {
    const run = await repository.ask<Run>("GET", `actions/runs/${String(id)}`);
    const job = (await repository.jobsOf(run)).find((one) => one.name === name);
    if (job && isWanted(job)) return job;
    const isOut = run.status === "completed" || job?.status === "completed";
    must(
      !isOut,
      `the job ${name} ended ${String(job?.conclusion)}: ${isOut ? await repository.summary(run) : ""}`,
    );
    return undefined;
  });
}

export const isWaiting = ({ status }: Job) => status === "waiting";
export const isOver = ({ status }: Job) => status === "completed";

/** What somebody answers to a job that waits for approval. @throws Error with GitHub's refusal */
export async function review(
  { repository }: Repository,
  { id }: Run,
  token: string,
  state: "approved" | "rejected" = "approved",
): Promise<void> {
  const path = `actions/runs/${String(id)}/pending_deployments`;
  const environments = (await repository.ask<Pending[]>("GET", path)).map(
    ({ environment }) => environment.id,
  );
  must(environments.length > 0, "nothing waits for approval");
  await repository.ask("POST", path, { environment_ids: environments, state, comment: "" }, token);
}

/** A job that the reviewer approves, once it is over. */
export async function approved(world: Repository, run: Run, name: string): Promise<Job> {
  await jobOf(world, run, name, isWaiting);
  await review(world, run, people.reviewer);
  return jobOf(world, run, name, isOver);
}

/** What GitHub answers to what it must refuse. */
export async function refusalOf(asked: Promise<unknown>, expected: RegExp): Promise<string> {
  const answer = await asked.then(
    () => "it was done",
    (error: unknown) => (error as Error).message,
  );
  must(expected.test(answer), `GitHub answers: ${answer}`);
  return answer.slice(0, 200);
}

/** What GitHub says of a job that may not have the environment, which must not have run. */
export async function refusedByEnvironment(world: Repository, run: Run, name: string): Promise<string> {
  const { repository } = world;
  const job = await jobOf(world, run, name, isOver);
  const page = await repository.summary(run);
  const [said] = /^.* is not allowed to deploy to .*$/m.exec(page) ?? [];
  must(job.conclusion === "failure" && job.runner_name === null, `the job ended ${String(job.conclusion)}`);
  must(said !== undefined, `the run says: ${page.slice(0, 300)}`);
  return `the job did not run: ${said ?? ""}`;
}
