import { setTimeout } from "node:timers/promises";
import { Repository } from "../../../../sandbox/github/repository";
import type { GitHubOptions } from "../../../../sandbox/github/server";
import { repositoryPath, startWorld, type World } from "../world";

/** A pull request, as far as the tests look into it. */
export interface Pull {
  number: number;
  state: string;
  merged: boolean;
  mergeable: boolean;
  merge_commit_sha: string | null;
  head: { sha: string; ref: string; repo: { full_name: string } };
  base: { sha: string };
  message: string;
  errors: { message: string }[];
}

/** A run, likewise. */
export interface RunSeen {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  event: string;
  head_sha: string;
  run_attempt: number;
}

/** A job, likewise. */
export interface JobSeen {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  labels: string[];
  run_attempt: number;
  runner_name: string | null;
  created_at: string;
  started_at: string;
  completed_at: string | null;
}

/** A world in which pull requests run workflows. */
export interface ActionsWorld extends World {
  /**
   * Commits files to a branch of the bare repository, as a push by its path would.
   *
   * @param files text by path; undefined deletes
   * @param repository of the branch; @default the target repository
   */
  commit(branch: string, files: Record<string, string | undefined>, repository?: Repository): Promise<string>;
  open(head: string, more?: Record<string, unknown>): Promise<Pull>;
  pull(number: number): Promise<Pull>;
  /** Runs of a commit, newest first. */
  runs(headSha: string): Promise<RunSeen[]>;
  jobs(run: number): Promise<JobSeen[]>;
  /** Waits for the one run of a commit to end. */
  ended(headSha: string): Promise<{ run: RunSeen; jobs: Record<string, JobSeen> }>;
  log(job: JobSeen): Promise<string>;
}

/** Starts the service, with a workflow of the test's own in place of the repository's. */
export async function startActionsWorld(
  workflow: string,
  options: Pick<GitHubOptions, "clock" | "executor" | "app" | "hostedMachine"> = {},
): Promise<ActionsWorld> {
  const world = await startWorld(options);
  const target = Repository.named(world.directory, "example-org/kubernetes-manifests");
  const get = async <Body>(path: string) => (await world.ask<Body>("GET", `${repositoryPath}${path}`)).json;
  const commit: ActionsWorld["commit"] = async (branch, files, repository = target) => {
    const before = await repository.object(`refs/heads/${branch}`);
    let sha = before ?? (await repository.object("refs/heads/main")) ?? "";
    const person = { name: "Someone", email: "someone@example.org" };
    for (const [path, text] of Object.entries(files)) {
      const blob = text === undefined ? undefined : await repository.write(Buffer.from(text));
      sha = await repository.commitFile({
        parent: sha,
        path,
        ...(blob === undefined ? {} : { blob }),
        message: `Change ${path}`,
        author: person,
        committer: person,
      });
    }
    await repository.moveRef(`refs/heads/${branch}`, before, sha);
    return sha;
  };
  await commit("main", {
    ".github/workflows/render-manifests.yml": undefined,
    ".github/workflows/test.yml": workflow,
  });
  const runs = async (headSha: string) =>
    (await get<{ workflow_runs: RunSeen[] }>(`/actions/runs?head_sha=${headSha}`)).workflow_runs;
  const jobs = async (run: number) =>
    (await get<{ jobs: JobSeen[] }>(`/actions/runs/${run}/jobs?per_page=100`)).jobs;
  return {
    ...world,
    commit,
    open: async (head, more = {}) => {
      const body = { title: `Change from ${head}`, head, base: "main", ...more };
      return (await world.ask<Pull>("POST", `${repositoryPath}/pulls`, { body })).json;
    },
    pull: (number) => get<Pull>(`/pulls/${number}`),
    runs,
    jobs,
    ended: async (headSha) => {
      const run = await eventually(async () =>
        (await runs(headSha)).find(({ status }) => status === "completed"),
      );
      return { run, jobs: Object.fromEntries((await jobs(run.id)).map((job) => [job.name, job])) };
    },
    log: async (job) => (await world.ask("GET", `${repositoryPath}/actions/jobs/${job.id}/logs`)).text,
  };
}

/** Asks until there is an answer. */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`This did not happen within ${seconds} s: ${ask.toString()}`);
    await setTimeout(50);
  }
}
