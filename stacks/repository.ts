import * as github from "@pulumi/github";
import type { Settings } from "./settings";

/**
 * What is wrong with the target repository, a sentence each. Only the home stack asks: the others need no GitHub token.
 */
export async function repositoryProblems(settings: Settings): Promise<string[]> {
  const { fullName } = settings.targetRepository;
  try {
    const { visibility } = await github.getRepository({ fullName });
    const isPublic = visibility === "public";
    if (isPublic === settings.targetRepositoryIsPublic) return [];
    return [
      `GitHub repository ${fullName} is ${visibility}, but eks-dryrun-runner:targetRepositoryIsPublic is ` +
        `${String(settings.targetRepositoryIsPublic)}: everybody can open a pull request on a public one\n` +
        `    pulumi config set eks-dryrun-runner:targetRepositoryIsPublic ${String(isPublic)}`,
    ];
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim();
    return [
      `GitHub repository ${fullName} could not be looked up: ${reason}\n` +
        "    GITHUB_TOKEN must be set to a token that may read and write it, and " +
        "eks-dryrun-runner:targetRepository must name it",
    ];
  }
}
