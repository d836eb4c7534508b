import type { CommandResult } from "../../../dryrun/command";
import { isFullCommit } from "../fullCommit";
import type { MergedPullRequest, Release, ReleaseGitHub } from "./github";

/** Most pull requests that are looked at. */
export const mostPullRequests = 50;

/** Commits that are looked through where there is no release before. */
const mostCommits = 200;

/** What the release is compared with. */
export interface Prepared {
  /** Commit of the release before; empty if there is none. */
  base: string;
  /** Its tag. */
  baseTag: string;
  /** The pull requests that were merged since, the newest first. */
  pullRequests: MergedPullRequest[];
  /** There are more than are looked at. */
  isCut: boolean;
}

/** What is to be released, and from where it is looked at. */
export interface Preparing {
  commit: string;
  /** Tag of the release; empty where it is done by hand. */
  tag: string;
  branch: string;
  github: Pick<ReleaseGitHub, "releases" | "mergedInto">;
  /** Runs git in a clone whose `HEAD` is the default branch. */
  git: (...args: string[]) => Promise<CommandResult>;
}

/**
 * Finds the release before a commit, and the pull requests in between.
 * @throws Error if the default branch never was at the commit: no build would apply it.
 */
export async function prepare({ commit, tag, branch, github, git }: Preparing): Promise<Prepared> {
  if (!isFullCommit(commit))
    throw new Error(`${JSON.stringify(commit)} is no commit in full: 40 digits from 0 to f.`);
  const states = new Set(await lines(git, "--first-parent", "HEAD"));
  if (!states.has(commit))
    throw new Error(`The branch ${branch} never was ${commit}: only what it was after a merge is applied.`);
  const before = await releaseBefore(await github.releases(), tag, states, git);
  const range = before ? [`${before.commit}..${commit}`] : ["-n", String(mostCommits), commit];
  const order = new Map((await lines(git, ...range)).map((line, index) => [line, index]));
  const merged = (await github.mergedInto(branch))
    .filter(({ mergeCommit }) => order.has(mergeCommit))
    .sort((one, other) => (order.get(one.mergeCommit) ?? 0) - (order.get(other.mergeCommit) ?? 0));
  return {
    base: before?.commit ?? "",
    baseTag: before?.tag ?? "",
    pullRequests: merged.slice(0, mostPullRequests),
    isCut: merged.length > mostPullRequests,
  };
}

/** Commits that git lists. */
async function lines(git: Preparing["git"], ...args: string[]): Promise<string[]> {
  const { stdout, exitCode, stderr } = await git("rev-list", ...args);
  if (exitCode !== 0) throw new Error(`git rev-list: ${stderr.trim()}`);
  return stdout.split("\n");
}

/** The newest release that was published before this one, and whose tag is still there: one that could be applied. */
async function releaseBefore(
  releases: Release[],
  tag: string,
  states: ReadonlySet<string>,
  git: Preparing["git"],
): Promise<{ tag: string; commit: string } | undefined> {
  const own = releases.find((release) => release.tag === tag);
  const before = releases.filter(
    (release) => release.tag !== tag && (!own || release.publishedAt <= own.publishedAt),
  );
  for (const release of before) {
    const { exitCode, stdout } = await git(
      "rev-parse",
      "--verify",
      "--quiet",
      `refs/tags/${release.tag}^{commit}`,
    );
    const commit = stdout.trim();
    if (exitCode === 0 && states.has(commit)) return { tag: release.tag, commit };
  }
  return undefined;
}
