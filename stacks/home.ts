import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { CommittedEnvironment } from "../committed/environment";
import { committedFiles } from "../committed/files";
import { DryRunWorkflow } from "../components/dryRunWorkflow";
import { hasRunner, homeEnvironment, type Environment } from "./environments";
import type { Settings } from "./settings";

/**
 * Which active environments have a runner now, by the output `runnerLabel` of their stacks. The home environment's own
 * runner is made by the same update.
 *
 * Pulumi fails the whole update, uncatchably, where a stack was never initialised: `npm run init-stacks`.
 */
export async function deployedEnvironments(environments: Environment[]): Promise<Set<string>> {
  const others = environments.filter(
    (environment) => environment.active && hasRunner(environment) && environment.name !== homeEnvironment,
  );
  const deployed = new Set([homeEnvironment]);
  for (const { name } of others) {
    const stack = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`);
    const label = await stack.getOutputDetails("runnerLabel");
    if (label.value !== undefined) deployed.add(name);
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

/** Registers what the home stack has on top: the files in the target repository. */
export function homeStack(
  settings: Settings,
  environments: CommittedEnvironment[],
  dependsOn: pulumi.Resource[],
): { workflowUrl: string; workflowCommit: pulumi.Output<string> } {
  const { owner, name, fullName } = settings.targetRepository;
  const files = committedFiles(environments);
  const provider = new github.Provider("github", {
    owner,
    // Another commit in between answers 409, and goes through when tried again. The provider's default retries only
    // server errors.
    maxRetries: 5,
    retryDelayMs: 2000,
    retryableErrors: [409, 500, 502, 503, 504],
  });
  const workflow = new DryRunWorkflow(
    homeEnvironment,
    { repository: name, files },
    { providers: { github: provider }, dependsOn },
  );
  const workflowPath = files.at(-1)?.path ?? "";
  return {
    workflowUrl: `https://github.com/${fullName}/blob/HEAD/${workflowPath}`,
    workflowCommit: workflow.commitSha,
  };
}
