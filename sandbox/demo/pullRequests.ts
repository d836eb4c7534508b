import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { githubToken } from "../environment";
import type { SandboxState } from "../folder";
import { clockPath } from "../github/clock";
import { targetRepository } from "../world";
import { edited, type Change } from "./changes";
import { RepositoryApi } from "./repositoryApi";
import { newestRun, type Job, type Run, type RunWithJobs } from "./workflowRuns";

/** Who opens pull requests, and where the branches are. */
export interface Author {
  /** Owner of the repository that is pushed to. */
  owner: string;
  token: string;
}

/** A colleague, who may push to the repository itself. */
const colleague: Author = { owner: targetRepository.owner, token: githubToken };

/** A repository, and the workflow that is looked at there. */
export interface Place {
  repository: { owner: string; name: string; defaultBranch: string };
  /** Its `name:`. */
  workflow: string;
}

const dryRuns: Place = { repository: targetRepository, workflow: "K8s Dryrun" };

/** The repository with its pull requests, as a person with a terminal sees it. */
export class PullRequests {
  private readonly api: RepositoryApi;

  constructor(
    state: SandboxState,
    private readonly signal: AbortSignal,
    private readonly author = colleague,
    private readonly place: Place = dryRuns,
  ) {
    this.api = new RepositoryApi(state, signal, place.repository);
  }

  /**
   * Pushes a branch with the change and opens a pull request.
   * @returns its number and newest commit
   */
  async open({ branch, title, edits }: Change): Promise<{ number: number; sha: string }> {
    return this.openWith({ branch, title }, async (folder) => {
      for (const edit of edits) {
        const path = join(folder, edit.path);
        await writeFile(path, edited(await readFile(path, "utf8"), edit));
      }
    });
  }

  /**
   * Pushes a branch and opens a pull request.
   * @param write changes files in a clone, in which links stay links
   * @param base branch that it is for
   * @returns its number and newest commit
   */
  async openWith(
    { branch, title }: Pick<Change, "branch" | "title">,
    write: (folder: string) => Promise<void>,
    base = this.place.repository.defaultBranch,
  ): Promise<{ number: number; sha: string }> {
    const { owner, token } = this.author;
    const sha = await this.push(async (git, folder) => {
      await git("fetch", "--quiet", "--depth=1", "origin", base);
      await git("checkout", "--quiet", "-b", branch, "FETCH_HEAD");
      await write(folder);
      await git("add", "--all");
      await git("commit", "--quiet", `--message=${title}`);
      await git("push", "--quiet", "origin", branch);
    });
    const pull = await this.api.ask<{ number: number }>(
      "POST",
      "pulls",
      { title, head: `${owner}:${branch}`, base },
      token,
    );
    return { number: pull.number, sha };
  }

  /**
   * Pushes an empty commit, so that the workflow runs again on what the default branch is now.
   * @returns the commit
   */
  pushAgain(branch: string): Promise<string> {
    return this.push(async (git) => {
      await git("fetch", "--quiet", "--depth=1", "origin", branch);
      await git("checkout", "--quiet", "-b", branch, "FETCH_HEAD");
      await git("commit", "--quiet", "--allow-empty", "--message=Check again");
      await git("push", "--quiet", "origin", branch);
    });
  }

  /** Pushes one more edit onto a branch. @returns the commit */
  pushEdit(branch: string, edit: Change["edits"][number], message: string): Promise<string> {
    return this.push(async (git, folder) => {
      await git("fetch", "--quiet", "--depth=1", "origin", branch);
      await git("checkout", "--quiet", "-b", branch, "FETCH_HEAD");
      const path = join(folder, edit.path);
      await writeFile(path, edited(await readFile(path, "utf8"), edit));
      await git("commit", "--quiet", "--all", `--message=${message}`);
      await git("push", "--quiet", "origin", branch);
    });
  }

  /** The run of the workflow on a commit, and its jobs; undefined while there is none. */
  run(sha: string): Promise<RunWithJobs | undefined> {
    return newestRun(this.api, this.place.workflow, { head_sha: sha });
  }

  /** Lines of a job's log. */
  async log({ id }: Job): Promise<string> {
    return (await this.api.answer("GET", `actions/jobs/${String(id)}/logs`)).text();
  }

  /** Asks a run to end. */
  async cancel({ id }: Run): Promise<void> {
    await this.api.answer("POST", `actions/runs/${String(id)}/cancel`);
  }

  /** Moves the time of the sandbox's GitHub on. */
  async moveClock(minutes: number): Promise<void> {
    await fetch(this.api.origin + clockPath, {
      method: "POST",
      body: JSON.stringify({ minutes }),
      signal: this.signal,
    });
  }

  /** Merges a pull request. @returns the commit that the default branch has then */
  async merge(pullRequest: number): Promise<string> {
    return (await this.api.ask<{ sha: string }>("PUT", `pulls/${String(pullRequest)}/merge`, {})).sha;
  }

  /** Texts of a pull request's comments, the oldest first. */
  async comments(pullRequest: number): Promise<string[]> {
    const comments = await this.api.ask<{ body: string }[]>(
      "GET",
      `issues/${String(pullRequest)}/comments?per_page=100`,
    );
    return comments.map(({ body }) => body);
  }

  /** Works in a clone of the author's repository. @returns the commit that is checked out at the end */
  private async push(
    work: (git: (...args: string[]) => Promise<unknown>, folder: string) => Promise<void>,
  ): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "change-"));
    const git = (...args: string[]) => execa("git", args, { cwd: folder, env: gitEnvironment });
    const { owner, token } = this.author;
    const address = `${this.api.origin.replace("//", `//x-access-token:${token}@`)}/${owner}/${this.place.repository.name}.git`;
    try {
      await git("clone", "--quiet", "--depth=1", address, ".");
      await work(git, folder);
      return (await git("rev-parse", "HEAD")).stdout;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
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
