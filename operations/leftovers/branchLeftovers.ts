import { shellQuoted } from "../../stacks/problems";
import type { Subject } from "../doctor/subject";
import type { Leftover } from "./awsLeftovers";
import { blobOf, fileType } from "./fileLeftovers";
import { programPaths } from "./programFiles";
import { ofType, type StackState } from "./stackState";

/**
 * Branches for a pull request that was not opened yet, with a commit that no state has: the next update would commit the
 * same file again. Such a branch goes, and is made anew.
 */
export async function branchLeftovers({ settings, github }: Subject, state: StackState): Promise<Leftover[]> {
  const { name, fullName } = settings.targetRepository;
  const paths = programPaths(settings);
  const known = new Set(ofType(state, fileType).map(({ id }) => id));
  const proposed = new Set(
    ofType(state, "github:index/repositoryPullRequest:RepositoryPullRequest").map(
      ({ outputs }) => outputs?.headRef,
    ),
  );
  const leftovers: Leftover[] = [];
  for (const { outputs } of ofType(state, "github:index/branch:Branch")) {
    const { branch, sourceBranch } = outputs as { branch: string; sourceBranch: string };
    if (proposed.has(branch) || (await isOpen(branch))) continue;
    for (const path of paths.filter((one) => !known.has(`${name}:${one}:${branch}`))) {
      const [own, base] = await Promise.all(
        [branch, sourceBranch].map((ref) => blobOf(github, fullName, path, ref)),
      );
      if (own === undefined || own === base) continue;
      const words = ["gh", "api", "-X", "DELETE", `repos/${fullName}/git/refs/heads/${branch}`];
      leftovers.push({
        what: `branch ${branch} of the target repository, with a commit of ${path}`,
        command: words.map(shellQuoted).join(" "),
      });
      break;
    }
  }
  return leftovers;

  async function isOpen(branch: string): Promise<boolean> {
    const head = encodeURIComponent(`${settings.targetRepository.owner}:${branch}`);
    const pulls = await github.get<unknown[]>(
      `/repos/${fullName}/pulls?state=open&head=${head}`,
      "Pull requests: read",
    );
    return (pulls ?? []).length > 0;
  }
}
