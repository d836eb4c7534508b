import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { githubToken } from "../environment";
import { clockPath } from "../github/clock";
import { targetRepository } from "../world";
import { edited, type Change } from "./changes";

/** Milliseconds without news after which a job that waits for a runner will not get one. */
const stuckAfter = 12_000;

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
  runner_name: string | null;
}

/** The repository with its pull requests, as a person with a terminal sees it. */
export class PullRequests {
  private readonly repository = `${targetRepository.owner}/${targetRepository.name}`;

  constructor(
    private readonly port: number,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Pushes a branch with the change and opens a pull request.
   * @returns its number and newest commit
   */
  async open({ branch, title, edits }: Change): Promise<{ number: number; sha: string }> {
    const folder = await mkdtemp(join(tmpdir(), "change-"));
    try {
      const git = (...args: string[]) => execa("git", args, { cwd: folder, env: gitEnvironment });
      await git("clone", "--quiet", "--depth=1", this.cloneUrl(), ".");
      await git("checkout", "--quiet", "-b", branch);
      for (const edit of edits) {
        const path = join(folder, edit.path);
        await writeFile(path, edited(await readFile(path, "utf8"), edit));
      }
      await git("commit", "--quiet", "--all", `--message=${title}`);
      await git("push", "--quiet", "origin", branch);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const base = targetRepository.defaultBranch;
    const pull = await this.ask<{ number: number; head: { sha: string } }>("POST", "pulls", {
      title,
      head: branch,
      base,
    });
    return { number: pull.number, sha: pull.head.sha };
  }

  /**
   * Waits for the run of the dry-run workflow on a commit.
   * @param onJob hears of each job when its state changes
   * @param onStuck hears once that nothing has happened for a while, and a job still has no runner
   */
  async finishedRun(sha: string, onJob: (job: Job) => void, onStuck: () => Promise<void>): Promise<Run> {
    const known = new Map<number, string>();
    let stuckAt = Date.now() + stuckAfter;
    for (;;) {
      const { workflow_runs: runs } = await this.ask<{ workflow_runs: Run[] }>(
        "GET",
        `actions/runs?head_sha=${sha}`,
      );
      const run = runs.find(({ name }) => name === "K8s Dryrun");
      const jobs = run
        ? (await this.ask<{ jobs: Job[] }>("GET", `actions/runs/${String(run.id)}/jobs?per_page=100`)).jobs
        : [];
      for (const job of jobs) {
        const state = job.conclusion ?? job.status;
        if (known.get(job.id) === state) continue;
        known.set(job.id, state);
        stuckAt = Date.now() + stuckAfter;
        onJob(job);
      }
      if (run?.status === "completed") return run;
      if (Date.now() > stuckAt && jobs.some(({ status }) => status === "queued")) {
        stuckAt = Infinity;
        await onStuck();
      }
      await sleep(500, undefined, { signal: this.signal });
    }
  }

  /** Moves the time of the sandbox's GitHub on. */
  async moveClock(minutes: number): Promise<void> {
    await fetch(`http://127.0.0.1:${String(this.port)}${clockPath}`, {
      method: "POST",
      body: JSON.stringify({ minutes }),
      signal: this.signal,
    });
  }

  /** Texts of a pull request's comments, the oldest first. */
  async comments(pullRequest: number): Promise<string[]> {
    const comments = await this.ask<{ body: string }[]>(
      "GET",
      `issues/${String(pullRequest)}/comments?per_page=100`,
    );
    return comments.map(({ body }) => body);
  }

  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${String(this.port)}/repos/${this.repository}/${path}`, {
      method,
      headers: { authorization: `Bearer ${githubToken}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: this.signal,
    });
    if (!answer.ok)
      throw new Error(`${method} ${path}: GitHub answers ${String(answer.status)} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  private cloneUrl(): string {
    return `http://x-access-token:${githubToken}@127.0.0.1:${String(this.port)}/${this.repository}.git`;
  }
}

/** A person's own git settings, hooks and signing keys have no place in the sandbox. */
const gitEnvironment = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Reviewed colleague",
  GIT_AUTHOR_EMAIL: "colleague@example.com",
  GIT_COMMITTER_NAME: "Reviewed colleague",
  GIT_COMMITTER_EMAIL: "colleague@example.com",
};
