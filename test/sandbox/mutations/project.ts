import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  CreateWebhookCommand,
  DeleteProjectCommand,
  DeleteWebhookCommand,
  UpdateWebhookCommand,
  type WebhookFilter,
} from "@aws-sdk/client-codebuild";
import type { Deployment } from "./deployment";

/** Deletes the project's webhook, and with it GitHub's hook. */
export async function webhookMissing({ codebuild, runnerProjectName }: Deployment): Promise<void> {
  await codebuild.send(new DeleteWebhookCommand({ projectName: runnerProjectName }));
}

/** Deletes the hook on GitHub's side only, as a tidy person might. */
export async function githubHookDeleted({ github, runnerProjectName }: Deployment): Promise<void> {
  const hooks = await github<{ id: number; config: { url: string } }[]>("GET", "hooks");
  for (const { id, config } of hooks)
    if (config.url.endsWith(`/${runnerProjectName}`)) await github("DELETE", `hooks/${String(id)}`);
}

/** Gives one filter of the webhook another pattern; adds it where there is none. */
export function otherFilter(type: WebhookFilter["type"], pattern: string) {
  return async ({ codebuild, runnerProjectName }: Deployment): Promise<void> => {
    const names = [runnerProjectName];
    const { projects = [] } = await codebuild.send(new BatchGetProjectsCommand({ names }));
    const groups: WebhookFilter[][] = projects[0]?.webhook?.filterGroups ?? [];
    const filterGroups = groups.map((group) => [
      ...group.filter((filter) => filter.type !== type),
      { type, pattern },
    ]);
    await codebuild.send(new UpdateWebhookCommand({ projectName: runnerProjectName, filterGroups }));
  };
}

/** Makes the project and its webhook anew under another name, as they would be without a name of their own. */
export async function otherProjectName({ codebuild, runnerProjectName }: Deployment): Promise<void> {
  const { projects = [] } = await codebuild.send(new BatchGetProjectsCommand({ names: [runnerProjectName] }));
  const [project] = projects;
  if (!project) throw new Error(`There is no project ${runnerProjectName}.`);
  const { description, source, artifacts, environment, serviceRole, vpcConfig, logsConfig } = project;
  const { timeoutInMinutes, queuedTimeoutInMinutes, webhook } = project;
  const name = `${runnerProjectName}-7f3a91c`;
  await codebuild.send(new DeleteWebhookCommand({ projectName: runnerProjectName }));
  await codebuild.send(new DeleteProjectCommand({ name: runnerProjectName }));
  await codebuild.send(
    new CreateProjectCommand({
      ...{ name, description, source, artifacts, environment, serviceRole, vpcConfig, logsConfig },
      ...{ timeoutInMinutes, queuedTimeoutInMinutes },
    }),
  );
  await codebuild.send(
    new CreateWebhookCommand({ projectName: name, buildType: "BUILD", filterGroups: webhook?.filterGroups }),
  );
}
