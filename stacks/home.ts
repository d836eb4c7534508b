import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { CommittedEnvironment } from "../committed/environment";
import { committedFiles } from "../committed/files";
import { workflowPath } from "../committed/paths";
import { DryRunWorkflow } from "../components/dryRunWorkflow";
import { hasRunner, homeEnvironment, type Environment } from "./environments";
import { committedFilesName } from "./formerHome";
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

/**
 * Takes out what the SDK copies from the environment into the provider's inputs: the token would stand in the state, in
 * clear, and be used by a later `destroy` or `refresh` in place of the one that is set then. The plugin itself reads
 * `GITHUB_TOKEN` and `GITHUB_BASE_URL`.
 */
function withoutEnvironment({ props, opts }: pulumi.ResourceTransformationArgs) {
  const inputs = Object.fromEntries(
    Object.entries(props as Record<string, unknown>).filter(([key]) => key !== "token" && key !== "baseUrl"),
  );
  return { props: inputs, opts };
}

/** Registers what the home stack has on top: the files in the target repository. */
export function homeStack(
  settings: Settings,
  environments: CommittedEnvironment[],
  dependsOn: pulumi.Resource[],
): { workflowUrl: string; workflowCommit: pulumi.Output<string> } {
  const { owner, name, fullName } = settings.targetRepository;
  const files = committedFiles(environments, settings);
  // Named after the owner: for another one the files are made anew there and deleted here, each with its own provider.
  const provider = new github.Provider(
    `github-${owner}`,
    {
      owner,
      // Another commit in between answers 409, and goes through when tried again. The provider's default retries only
      // server errors.
      maxRetries: 5,
      retryDelayMs: 2000,
      retryableErrors: [409, 500, 502, 503, 504],
    },
    { transformations: [withoutEnvironment] },
  );
  const workflow = new DryRunWorkflow(
    committedFilesName,
    { repository: name, files },
    {
      providers: { github: provider },
      dependsOn,
      // Its name and its files' names once began with the environment's: an update must not commit them anew.
      aliases: [{ name: homeEnvironment }],
    },
  );
  return {
    workflowUrl: `https://github.com/${fullName}/blob/HEAD/${workflowPath}`,
    workflowCommit: workflow.commitSha,
  };
}
