import { boolean, list, object, string, tags } from "../schema";
import { omit, type Values } from "../values";
import type { PulumiCloudResource } from "./provider";

interface OperationContext extends Values {
  environmentVariables?: Record<string, string>;
}

/**
 * How deployments of a stack run. Secret variables never come back from the service, so a read keeps those of the state.
 * Rules: pulumi/pulumi-pulumiservice:provider/pkg/resources/deployment_settings.go (v1.3.0).
 */
export const deploymentSettings: PulumiCloudResource = {
  properties: {
    organization: string({ required: true, replaces: true }),
    project: string({ required: true, replaces: true }),
    stack: string({ required: true, replaces: true }),
    vcs: object(
      {
        provider: string({ required: true, oneOf: ["github"] }),
        repository: string(),
        deployCommits: boolean({ default: true }),
        previewPullRequests: boolean({ default: true }),
        pullRequestTemplate: boolean({ default: false }),
        paths: list(string()),
      },
      { required: true },
    ),
    sourceContext: object(
      { git: object({ branch: string({ required: true }), repoDir: string() }, { required: true }) },
      { required: true },
    ),
    operationContext: object(
      {
        environmentVariables: tags(),
        preRunCommands: list(string()),
        oidc: object({
          aws: object({
            roleARN: string({ required: true }),
            sessionName: string({ required: true }),
            duration: string(),
          }),
        }),
        options: object({ skipIntermediateDeployments: boolean() }),
      },
      { required: true },
    ),
    cacheOptions: object({ enable: boolean({ default: false }) }),
  },
  async create({ rest }, inputs) {
    const { organization, project, stack } = inputs as Record<string, string>;
    const id = `${organization ?? ""}/${project ?? ""}/${stack ?? ""}`;
    await rest.call("PUT", settingsPath(id), toApi(inputs));
    return { id };
  },
  async read({ rest }, id, prior) {
    const found = await rest.find<Values>(settingsPath(id));
    if (!found) return undefined;
    const [organization, project, stack] = id.split("/");
    const operationContext = omit(found.operationContext as OperationContext, "environmentVariables");
    const kept = (prior.operationContext as OperationContext | undefined)?.environmentVariables;
    return {
      organization,
      project,
      stack,
      ...found,
      operationContext: { ...operationContext, ...(kept && { environmentVariables: kept }) },
    };
  },
  async update({ rest }, id, { inputs }) {
    await rest.call("PUT", settingsPath(id), toApi(inputs));
  },
  async delete({ rest }, id) {
    await rest.call("DELETE", settingsPath(id));
  },
};

const settingsPath = (id: string) => `stacks/${id}/deployments/settings`;

/** As the API wants it. Which variables are secret is not known here, so all are. */
function toApi({ vcs, sourceContext, operationContext, cacheOptions }: Values): Values {
  const { environmentVariables, ...rest } = operationContext as OperationContext;
  const secret = Object.entries(environmentVariables ?? {}).map(([name, value]) => [name, { secret: value }]);
  return {
    vcs,
    sourceContext,
    operationContext: {
      ...rest,
      ...(environmentVariables && { environmentVariables: Object.fromEntries(secret) as Values }),
    },
    ...(cacheOptions === undefined ? {} : { cacheOptions }),
  };
}
