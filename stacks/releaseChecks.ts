import * as github from "@pulumi/github";
import { homeEnvironment } from "./environments";
import { lookupProblem } from "./lookup";
import { configSetCommand } from "./problems";
import type { Settings } from "./settings";
import { settingsTable, type SettingName } from "./settingsTable";
import { WorldProblems } from "./worldProblems";

/**
 * Checks, before anything is made, that GitHub can protect the environments that releases are applied to. The home stack
 * alone does, for those of the other stacks too.
 * @throws {pulumi.RunError} naming everything that is wrong, each with the command that mends it
 */
export async function checkReleases(
  stack: string,
  settings: Settings,
  applied: string[],
  provider: github.Provider,
): Promise<void> {
  if (applied.length === 0) return;
  const problems = new WorldProblems();
  problems.add(...missingSettings(settings, applied), ...(await repositoryProblems(settings, provider)));
  if (!settings.targetRepositoryIsPublic) problems.add(...(await planProblems(settings, provider)));
  if (problems.any) throw problems.error(stack);
}

/** What the check of the settings cannot see: another stack alone may have apply enabled. */
function missingSettings(settings: Settings, applied: string[]): string[] {
  const needed = ["releaseReviewers"] satisfies SettingName[];
  return needed
    .filter((name) => settings[name] === undefined)
    .map((name) => {
      const key = `eks-dryrun-runner:${name}`;
      return (
        `Releases are applied to ${applied.join(", ")}, but ${key} is missing\n` +
        `    ${configSetCommand(homeEnvironment, key, settingsTable[name].example)}`
      );
    });
}

async function repositoryProblems(settings: Settings, provider: github.Provider): Promise<string[]> {
  const { targetRepository, targetRepositoryId, defaultBranch } = settings;
  const { fullName } = targetRepository;
  let found: github.GetRepositoryResult;
  try {
    found = await github.getRepository({ fullName }, { provider });
  } catch (error) {
    return [lookupProblem(`GitHub repository ${fullName}`, error)];
  }
  const { repoId } = found;
  return [
    ...(found.defaultBranch === defaultBranch
      ? []
      : [
          `the default branch of GitHub repository ${fullName} is ${found.defaultBranch}, but ` +
            `eks-dryrun-runner:defaultBranch is ${defaultBranch}\n` +
            `    pulumi config set eks-dryrun-runner:defaultBranch ${found.defaultBranch}, in every stack`,
        ]),
    ...(targetRepositoryId === undefined || targetRepositoryId === repoId
      ? []
      : [
          `the number of GitHub repository ${fullName} is ${String(repoId)}, but ` +
            `eks-dryrun-runner:targetRepositoryId is ${String(targetRepositoryId)}: no job would get the release's role\n` +
            `    pulumi config set eks-dryrun-runner:targetRepositoryId ${String(repoId)}, in every stack`,
        ]),
  ];
}

/**
 * Plans without required reviewers for private repositories. Of a plan that is not shown, GitHub's refusal tells later; but
 * it then leaves an environment without protection behind, so it is asked first.
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
const plansWithoutReviewers = ["free", "pro", "team"];

async function planProblems(
  { targetRepository: { owner, fullName } }: Settings,
  provider: github.Provider,
): Promise<string[]> {
  const why =
    "required reviewers of environments are for public repositories there, so nobody would have to approve a release\n" +
    "    pulumi config set eks-dryrun-runner:apply disabled, in every stack; or move to GitHub Enterprise";
  try {
    const { plan } = await github.getOrganization({ name: owner, summaryOnly: true }, { provider });
    if (!plansWithoutReviewers.includes(plan)) return [];
    return [`GitHub repository ${fullName} is private, and the plan of ${owner} is ${plan}: ${why}`];
  } catch (error) {
    if (/\b404\b/.test(String(error)))
      return [`GitHub repository ${fullName} is private, and ${owner} is a user, no organisation: ${why}`];
    return [lookupProblem(`the plan of the GitHub organisation ${owner}`, error)];
  }
}
