import * as github from "@pulumi/github";
import { lookupProblem } from "./lookup";
import type { Settings } from "./settings";

/**
 * What is wrong with the target repository, a sentence each. Only the home stack asks: the others need no GitHub token.
 */
export async function repositoryProblems(settings: Settings, provider: github.Provider): Promise<string[]> {
  const { fullName } = settings.targetRepository;
  try {
    const found = await github.getRepository({ fullName }, { provider });
    return [
      ...nameProblems(fullName, found.fullName),
      ...visibilityProblems(settings, found.visibility),
      ...branchProblems(settings, found.defaultBranch),
      ...(found.archived
        ? [
            `GitHub repository ${fullName} is archived, so nothing can be committed to it\n` +
              `    gh api -X PATCH repos/${fullName} -F archived=false`,
          ]
        : []),
    ];
  } catch (error) {
    return [
      lookupProblem(
        `GitHub repository ${fullName}`,
        error,
        "GITHUB_TOKEN must be set to a token that may read and write it, and " +
          "eks-dryrun-runner:targetRepository must name it",
      ),
    ];
  }
}

/** GitHub answers for the old name of a renamed repository, but CodeBuild starts no build for it. */
function nameProblems(fullName: string, found: string): string[] {
  if (found.toLowerCase() === fullName.toLowerCase()) return [];
  return [
    `GitHub repository ${fullName} is called ${found} now\n` +
      "    set eks-dryrun-runner:targetRepository in Pulumi.yaml and bring every stack up, this one last",
  ];
}

/** The runner group's workflow is that of one branch, which only reviewed changes get onto. */
function branchProblems({ runnerGroup, targetRepository }: Settings, defaultBranch: string): string[] {
  if (runnerGroup === undefined || runnerGroup.branch === defaultBranch) return [];
  return [
    `the default branch of GitHub repository ${targetRepository.fullName} is ${defaultBranch}, but ` +
      `eks-dryrun-runner:runnerGroup.branch is ${runnerGroup.branch}\n` +
      `    pulumi config set --path eks-dryrun-runner:runnerGroup.branch ${defaultBranch}`,
  ];
}

function visibilityProblems(settings: Settings, visibility: string): string[] {
  const isPublic = visibility === "public";
  if (isPublic === settings.targetRepositoryIsPublic) return [];
  return [
    `GitHub repository ${settings.targetRepository.fullName} is ${visibility}, but ` +
      `eks-dryrun-runner:targetRepositoryIsPublic is ${String(settings.targetRepositoryIsPublic)}: everybody can open a ` +
      "pull request on a public one\n" +
      `    pulumi config set eks-dryrun-runner:targetRepositoryIsPublic ${String(isPublic)}`,
  ];
}
