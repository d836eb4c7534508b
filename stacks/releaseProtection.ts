import type * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import { ProtectedEnvironment } from "../components/protectedEnvironment";
import { ReleaseTags } from "../components/releaseTags";
import { committedFilesName } from "./committedPlan";
import { refusal } from "./refusal";
import type { Settings } from "./settings";

/**
 * Registers the protection of the environments on GitHub, and of the tags of releases.
 * @param errorHooks hooks that are asked when GitHub refuses something; one of a name may be made only once
 * @returns what has to be there before a workflow names the environments: nothing without any
 */
export function protectReleases(
  applied: string[],
  { targetRepository, defaultBranch, releaseReviewers, releaseTags: tags }: Settings,
  errorHooks: pulumi.ErrorHook[],
  provider: github.Provider,
): pulumi.Input<pulumi.Resource>[] {
  if (applied.length === 0 || releaseReviewers === undefined) return [];
  const { name: repository, fullName } = targetRepository;
  const options = { providers: { github: provider } };
  const shared = { repository, branch: defaultBranch, tags, errorHooks };
  const environments = applied.map((environment) => {
    const protectedEnvironment = new ProtectedEnvironment(
      `${committedFilesName}-${environment}`,
      {
        ...shared,
        environment,
        reviewers: releaseReviewers,
        refusal: (problems) => notInForce(fullName, environment, problems),
      },
      options,
    );
    return protectedEnvironment.inForce.apply(() => protectedEnvironment);
  });
  return [...environments, new ReleaseTags(committedFilesName, shared, options)];
}

function notInForce(repository: string, environment: string, problems: string[]): pulumi.RunError {
  return refusal(
    [
      `The environment ${environment} of GitHub repository ${repository} is not protected as the settings say:`,
      ...problems.map((problem) => `  - ${problem}`),
      "Somebody has changed it by hand, or the plan of the repository's owner lacks it. Put it back, and look who did:",
      `    pulumi up --refresh\n    https://github.com/${repository}/settings/environments`,
    ].join("\n"),
  );
}
