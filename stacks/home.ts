import type * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { CommittedApply, CommittedEnvironment } from "../committed/environment";
import { committedFiles } from "../committed/files";
import { requiredCheckName } from "../committed/gateJob";
import { workflowPath } from "../committed/paths";
import { DryRunWorkflow } from "../components/dryRunWorkflow";
import { RequiredCheck } from "../components/requiredCheck";
import { WorkflowPullRequest } from "../components/workflowPullRequest";
import { committedFilesName, committedSettings } from "./committedPlan";
import { lookAtDelivery, type Delivery } from "./delivery";
import { homeEnvironment, type Environment } from "./environments";
import { explainGithubRefusal } from "./githubRefusal";
import { stackOutputs } from "./otherStacks";
import { protectReleases } from "./releaseProtection";
import type { Settings } from "./settings";

/** What there is of the active environments now. */
export interface DeployedEnvironments {
  /** Names of those that have a runner. */
  runners: Set<string>;
  /** What applies releases to those to which they are applied, by their names. */
  applied: Map<string, CommittedApply>;
}

/**
 * What the active environments have now, by the outputs of their stacks. What the home environment has itself is made by
 * the same update.
 */
export async function deployedEnvironments(
  environments: Environment[],
  ownApply: CommittedApply | undefined,
): Promise<DeployedEnvironments> {
  const runners = new Set([homeEnvironment]);
  const applied = new Map(ownApply ? [[homeEnvironment, ownApply]] : []);
  for (const { name, active, runner } of environments) {
    if (!active || runner === undefined || name === homeEnvironment) continue;
    const outputs = await stackOutputs(name, ["runnerLabel", "applyProjectName", "releaseRoleArn"]);
    if (outputs.runnerLabel === undefined) continue;
    runners.add(name);
    const { applyProjectName: projectName, releaseRoleArn: roleArn } = outputs;
    if (typeof projectName === "string" && typeof roleArn === "string")
      applied.set(name, { projectName, roleArn });
  }
  return { runners, applied };
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
  const applied = environments.filter(({ runner }) => runner?.apply).map(({ name }) => name);
  const files = committedFiles(environments, committedSettings(settings, applied.length > 0));
  const delivery =
    settings.delivery === "commit" ? undefined : await lookAtDelivery(settings, files, provider);

  const workflow = new DryRunWorkflow(
    committedFilesName,
    delivery === undefined
      ? { ...shared, files }
      : { ...shared, files: delivery.onDefaultBranch, keptOnBranch: delivery.defaultBranch },
    {
      providers: { github: provider },
      // A workflow that names an environment comes when the environment is protected, and goes before it.
      dependsOn: [...dependsOn, ...protectReleases(applied, settings, shared.errorHooks, provider)],
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
