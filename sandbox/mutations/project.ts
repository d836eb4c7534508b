import { CreateProjectCommand, DeleteProjectCommand } from "@aws-sdk/client-codebuild";
import { DeleteConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { ListServiceQuotasCommand } from "@aws-sdk/client-service-quotas";
import { consolePaths } from "../aws/consolePaths";
import { connectionArn } from "../world";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";
import { putTrust, runnersRole } from "./role";
import { createWebhook, findProject } from "./webhook";

export const projectMutations: Mutation[] = [
  {
    name: "other-project-name",
    about: "The project is made anew under a name with a suffix, as it would be without a name of its own.",
    break: otherProjectName,
  },
  {
    name: "connection-not-available",
    about: "Somebody deletes the connection to GitHub.",
    concernsAllRegions: true,
    break: connectionDeleted,
  },
  {
    name: "quota-zero",
    about: "The account may run no builds at once, as some new accounts may not.",
    break: quotaZero,
  },
];

async function otherProjectName(deployment: Deployment): Promise<Undo> {
  const { codebuild, runnerProjectName: name } = deployment;
  const otherName = `${name}-7f3a91c`;
  const { trust } = await runnersRole(deployment);
  const { webhook, ...project } = await findProject(deployment);
  const { description, source, artifacts, environment, serviceRole, vpcConfig, logsConfig } = project;
  const { timeoutInMinutes, queuedTimeoutInMinutes } = project;
  const settings = {
    ...{ description, source, artifacts, environment, serviceRole, vpcConfig, logsConfig },
    ...{ timeoutInMinutes, queuedTimeoutInMinutes },
  };
  const rename = async (from: string, to: string) => {
    await codebuild.send(new DeleteProjectCommand({ name: from }));
    await codebuild.send(new CreateProjectCommand({ ...settings, name: to }));
    await createWebhook(deployment, webhook?.filterGroups ?? [], to);
  };
  // The role trusts CodeBuild on behalf of one project, by its name.
  await putTrust(deployment, trust.replaceAll(`project/${name}"`, `project/${otherName}"`));
  await rename(name, otherName);
  return async () => {
    await putTrust(deployment, trust);
    await rename(otherName, name);
  };
}

async function connectionDeleted({ connections, console }: Deployment): Promise<Undo> {
  await connections.send(new DeleteConnectionCommand({ ConnectionArn: connectionArn }));
  return () => console(consolePaths.approveConnection, { connectionArn });
}

async function quotaZero({ quotas, console, region }: Deployment): Promise<Undo> {
  const { Quotas = [] } = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: "codebuild" }));
  const allow = (limit: number) => console(consolePaths.concurrentBuilds, { region, limit });
  await allow(0);
  return () => allow(Quotas[0]?.Value ?? 1);
}
