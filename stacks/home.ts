import type * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { CommittedEnvironment } from "../committed/environment";
import { committedFiles, type CommittedSettings } from "../committed/files";
import { requiredCheckName } from "../committed/gateJob";
import { workflowPath } from "../committed/paths";
import { DryRunWorkflow } from "../components/dryRunWorkflow";
import { RequiredCheck } from "../components/requiredCheck";
import { WorkflowPullRequest } from "../components/workflowPullRequest";
import { lookAtDelivery, type Delivery } from "./delivery";
import { hasRunner, homeEnvironment, type Environment } from "./environments";
import { committedFilesName } from "./formerHome";
import { explainGithubRefusal } from "./githubRefusal";
import { stackHasOutput } from "./otherStacks";
import type { Settings } from "./settings";

/**
 * Which active environments have a runner now, by the output `runnerLabel` of their stacks. The home environment's own
 * runner is made by the same update.
 */
export async function deployedEnvironments(environments: Environment[]): Promise<Set<string>> {
  const others = environments.filter(
    (environment) => environment.active && hasRunner(environment) && environment.name !== homeEnvironment,
  );
  const deployed = new Set([homeEnvironment]);
  for (const { name } of others) {
    if (await stackHasOutput(name, "runnerLabel")) deployed.add(name);
  }
  return deployed;
}

/** What the committed files say: the active environments, with a runner only where there is one to take the job. */
export function committedEnvironments(
  environments: Environment[],
  deployed: Set<string>,
): CommittedEnvironment[] {
  return environments
    .filter(({ active }) => active)
    .map(({ name, filter, paths, overlay, runner }) => ({
      name,
      filter,
      paths,
      overlay,
      ...(runner !== undefined && deployed.has(name) ? { runner } : {}),
    }));
}

/** What the settings say of the committed files. */
export function committedSettings({ runnerGroup, ...settings }: Settings): CommittedSettings {
  if (runnerGroup === undefined) return settings;
  const { name, branch } = runnerGroup;
  return { ...settings, runnerGroup: { name, branch, repository: settings.targetRepository.fullName } };
}

/** What the home stack says of what it has on top. */
export interface HomeOutputs {
  workflowUrl: string;
  /** The commit that last changed the workflow, where this program commits it. */
  workflowCommit?: pulumi.Output<string>;
  /** The open pull request with what the default branch does not have yet. */
  pullRequestUrl?: pulumi.Output<string>;
}

/** Registers what the home stack has on top: the files in the target repository, and the check that is required. */
export async function homeStack(
  settings: Settings,
  environments: CommittedEnvironment[],
  provider: github.Provider,
  dependsOn: pulumi.Resource[],
): Promise<HomeOutputs> {
  const { name: repository, fullName } = settings.targetRepository;
  const shared = { repository, errorHooks: [explainGithubRefusal(fullName)] };
  const files = committedFiles(environments, committedSettings(settings));
  const delivery =
    settings.delivery === "commit" ? undefined : await lookAtDelivery(settings, files, provider);

  const workflow = new DryRunWorkflow(
    committedFilesName,
    delivery === undefined
      ? { ...shared, files }
      : { ...shared, files: delivery.onDefaultBranch, keptOnBranch: delivery.defaultBranch },
    {
      providers: { github: provider },
      dependsOn,
      // Its name and its files' names once began with the environment's: an update must not commit them anew.
      aliases: [{ name: homeEnvironment }],
    },
  );
  if (settings.requiredCheck && (delivery?.hasGate ?? true)) {
    new RequiredCheck(
      committedFilesName,
      {
        ...shared,
        checkName: requiredCheckName(settings.runnerGroup !== undefined),
        ...(settings.githubAppId === undefined ? {} : { bypassAppId: settings.githubAppId }),
      },
      { parent: workflow, dependsOn: workflow.committed },
    );
  }
  return {
    workflowUrl: `https://github.com/${fullName}/blob/HEAD/${workflowPath}`,
    ...(delivery === undefined
      ? { workflowCommit: workflow.commitSha }
      : requestChange(delivery, { ...shared, fullName }, workflow)),
  };
}

/** Registers the pull request with what is missing on the default branch, if anything is. */
function requestChange(
  { defaultBranch, pullRequest }: Delivery,
  { fullName, ...shared }: { repository: string; fullName: string; errorHooks: pulumi.ErrorHook[] },
  parent: DryRunWorkflow,
): Pick<HomeOutputs, "pullRequestUrl"> {
  if (pullRequest === undefined) return {};
  const { headBranch, openNumber, files } = pullRequest;
  const { number } = new WorkflowPullRequest(
    // A new one for each branch: the one before is closed, if nobody has merged it.
    `${committedFilesName}-${headBranch}`,
    {
      ...shared,
      ...pullRequestText,
      baseBranch: defaultBranch,
      headBranch,
      files,
      ...(openNumber === undefined ? {} : { id: `${fullName.replace("/", ":")}:${String(openNumber)}` }),
    },
    { parent },
  );
  return { pullRequestUrl: pulumi.interpolate`https://github.com/${fullName}/pull/${number}` };
}

const pullRequestText = {
  title: "Update the dry run of pull requests",
  body:
    "Written by the Pulumi program eks-dryrun-runner, as its registry of environments and its settings say. Merge it " +
    "like any other change; no other change of these files stays.\n\n" +
    "While it is open, `pulumi up` of the home stack brings it up to date. If it is closed without being merged, the " +
    "next `pulumi up` opens another.\n",
};
