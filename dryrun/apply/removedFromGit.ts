import { run } from "../command";
import { CouldNotCheck } from "../couldNotCheck";
import { renderEarlier } from "../overlay";
import { identityOf, type KubernetesObject } from "../render/objects";
import type { RenderOptions } from "../render/render";
import { changesBetween } from "../render/touched";
import type { ApplyOptions } from "./options";

/** How many earlier releases are looked at: what nobody deleted after one is still told after the next. */
const mostReleases = 3;

/** What earlier releases had and this one has not. */
export interface RemovedFromGit {
  objects: KubernetesObject[];
  /** Why that is not all. */
  problem?: string;
}

/**
 * Compares an overlay with how the last releases before had it: the tagged commits before this one.
 * @param objects of the overlay as it is now.
 */
export async function removedFromGit(
  options: ApplyOptions,
  objects: KubernetesObject[],
  folder: string,
  rendering: RenderOptions,
): Promise<RemovedFromGit> {
  try {
    const removed = new Map<string, KubernetesObject>();
    const problems: string[] = [];
    const commits = await earlierReleases(options.repository, rendering.signal);
    for (const commit of commits) {
      const { text, problem } = await renderEarlier(options, commit, folder, rendering);
      if (problem !== undefined) problems.push(problem);
      else
        for (const object of changesBetween(text, objects).removed)
          if (!removed.has(identityOf(object))) removed.set(identityOf(object), object);
    }
    return {
      objects: [...removed.values()],
      ...(problems.length > 0 && { problem: problems.join("\n") }),
    };
  } catch (error) {
    if (error instanceof CouldNotCheck) return { objects: [], problem: error.message };
    throw error;
  }
}

/** Commits that have a tag and lie before HEAD, the newest first. Only their hashes are used: a tag can be called anything. */
async function earlierReleases(repository: string, signal?: AbortSignal): Promise<string[]> {
  const git = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await run("git", ["-C", repository, ...args], { signal });
    if (exitCode === 0) return stdout.trim();
    throw new CouldNotCheck(`the history of the repository cannot be read: ${stderr.trim()}`);
  };
  const head = await git("rev-parse", "HEAD");
  const commit = "%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)";
  const tagged = await git(
    "for-each-ref",
    "--merged=HEAD",
    "--sort=-creatordate",
    `--format=${commit}`,
    "refs/tags",
  );
  const commits = new Set(tagged.split("\n").filter((hash) => hash !== "" && hash !== head));
  return [...commits].slice(0, mostReleases);
}
