import { setTimeout as sleep } from "node:timers/promises";
import { gateCheckName } from "../../../committed/gateJob";
import { workflowPath } from "../../../committed/paths";
import { calledName } from "../../../committed/reportedName";
import type { JudgedJob } from "../../../sandbox/aws/codebuild/judgements";
import type { Author, PullRequests } from "../../../sandbox/demo/pullRequests";
import type { Job, Run as AnyRun } from "../../../sandbox/demo/workflowRuns";
import { githubToken } from "../../../sandbox/environment";
import { readJudgements } from "../../../sandbox/judgements";
import type { Sandbox } from "../../../sandbox/testing";
import { targetRepository } from "../../../sandbox/world";
import { type Files, writeFiles } from "./files";

export type { Job };

/** A workflow's run, as GitHub shows it. */
export interface Run extends AnyRun {
  /** Of its workflow file. */
  path: string;
  actor: { login: string };
}

export interface Comment {
  id: number;
  author: string;
  body: string;
}

/** A pull request that somebody has opened. */
export interface Opened {
  number: number;
  sha: string;
  branch: string;
}

/** A run that is over, with everything that it left. */
export interface Ended {
  run: Run;
  jobs: Job[];
  /** What the gate came to. */
  gate: string;
  /** How a job ended, by its name. */
  ends: Record<string, string | null>;
}

/** The target repository as those see it who attack it, and those who look what came of it. */
export interface AttackedRepository {
  /** Opens a pull request; a fork's where the author is the stranger. @param base @default the default branch */
  open(branch: string, files: Files, author?: "colleague" | "stranger", base?: string): Promise<Opened>;
  /** Pushes an empty commit. @returns the pull request at it */
  pushAgain(opened: Opened): Promise<Opened>;
  /** Waits until the run of a workflow file on a commit is over. @param path @default the committed one */
  ended(sha: string, path?: string): Promise<Ended>;
  /** Waits until a job of a run is as wanted. */
  job(sha: string, path: string, name: string, isWanted: (job: Job) => boolean): Promise<Job>;
  run(sha: string, path?: string): Promise<Run | undefined>;
  jobsOf(run: Run): Promise<Job[]>;
  log(job: Job): Promise<string>;
  /** Ends a run that would wait for ever. */
  cancel(run: Run): Promise<void>;
  /** Summaries of all jobs of a run, as its page shows them. */
  summary(run: Run): Promise<string>;
  comments(pullRequest: number): Promise<Comment[]>;
  /** What CodeBuild decided on a job, in every region. */
  judged(job: Job): Promise<JudgedJob[]>;
  /** Waits for what a region's CodeBuild decides on a queued job. */
  decision(sha: string, path: string, name: string, region: string): Promise<JudgedJob>;
  /** Asks GitHub's API, as the token's owner. */
  ask<T>(method: string, path: string, body?: object, token?: string): Promise<T>;
  moveClock(minutes: number): Promise<void>;
}

/** For so long something can take on a machine that others use too. */
const longest = 480_000;

/** Asks until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + longest;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`There was not ${what} after ${String(longest / 60_000)} minutes.`);
    await sleep(500);
  }
}

/** Opens the target repository of a sandbox, or another one as somebody else. */
export function openRepository(
  { state }: Sandbox,
  authors: Record<"colleague" | "stranger", PullRequests>,
  { owner, token: ownersToken }: Author = { owner: targetRepository.owner, token: githubToken },
): AttackedRepository {
  const origin = `http://127.0.0.1:${String(state.ports.github)}`;
  const repository = `${owner}/${targetRepository.name}`;
  const answer = async (method: string, path: string, body?: object, token = ownersToken) => {
    const response = await fetch(`${origin}/repos/${repository}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return response;
  };
  const own: AttackedRepository = {
    open: async (branch, files, author = "colleague", base) => ({
      ...(await authors[author].openWith(
        { branch, title: branch },
        (folder) => writeFiles(folder, files),
        base,
      )),
      branch,
    }),
    pushAgain: async (opened) => ({ ...opened, sha: await authors.colleague.pushAgain(opened.branch) }),
    run: async (sha, path = workflowPath) => {
      const { workflow_runs: runs } = await own.ask<{ workflow_runs: Run[] }>(
        "GET",
        `actions/runs?head_sha=${sha}&per_page=100`,
      );
      return runs.find((run) => run.path === path);
    },
    jobsOf: async ({ id }) =>
      (await own.ask<{ jobs: Job[] }>("GET", `actions/runs/${String(id)}/jobs?per_page=100`)).jobs,
    ended: async (sha, path) => {
      const run = await until(`the end of a run on ${sha}`, async () => {
        const found = await own.run(sha, path);
        return found?.status === "completed" ? found : undefined;
      });
      const jobs = await own.jobsOf(run);
      const ends = Object.fromEntries(jobs.map(({ name, conclusion }) => [name, conclusion]));
      return { run, jobs, ends, gate: ends[gateCheckName] ?? ends[calledName(gateCheckName)] ?? "missing" };
    },
    job: (sha, path, name, isWanted) =>
      until(`a job ${name} on ${sha} as wanted`, async () => {
        const run = await own.run(sha, path);
        return run && (await own.jobsOf(run)).find((job) => job.name === name && isWanted(job));
      }),
    log: async ({ id }) => (await answer("GET", `actions/jobs/${String(id)}/logs`)).text(),
    cancel: async ({ id }) => {
      await answer("POST", `actions/runs/${String(id)}/force-cancel`);
    },
    summary: async ({ id }) => (await fetch(`${origin}/${repository}/actions/runs/${String(id)}`)).text(),
    comments: async (number) => {
      const all = await own.ask<{ id: number; user: { login: string }; body: string }[]>(
        "GET",
        `issues/${String(number)}/comments?per_page=100`,
      );
      return all.map(({ id, user, body }) => ({ id, author: user.login, body }));
    },
    decision: async (sha, path, name, region) => {
      const job = await own.job(sha, path, name, ({ status }) => status !== "pending");
      return until(`a decision on ${name}`, async () =>
        (await own.judged(job)).find((judged) => judged.region === region),
      );
    },
    judged: async ({ id }) => (await readJudgements(state)).filter(({ job }) => job.id === id),
    ask: async <T>(method: string, path: string, body?: object, token?: string) => {
      const answered = await answer(method, path, body, token);
      return (answered.status === 204 ? undefined : await answered.json()) as T;
    },
    moveClock: (minutes) => authors.colleague.moveClock(minutes),
  };
  return own;
}
