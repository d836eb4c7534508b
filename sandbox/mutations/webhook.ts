import {
  BatchGetProjectsCommand,
  CreateWebhookCommand,
  DeleteWebhookCommand,
  UpdateWebhookCommand,
  type Project,
  type WebhookFilter,
} from "@aws-sdk/client-codebuild";
import { personLogin } from "../environment";
import { id } from "../github/resources";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const webhookMutations: Mutation[] = [
  {
    name: "webhook-missing",
    about: "Somebody deletes the webhook of the runner's project.",
    break: webhookMissing,
  },
  {
    name: "wrong-webhook-event",
    about: "The webhook listens to pushes in place of queued jobs.",
    // CodeBuild takes a filter of workflows with queued jobs only.
    break: filters((group) => [...group.filter(isNot("EVENT", "WORKFLOW_NAME")), filter("EVENT", "PUSH")]),
  },
  {
    name: "wrong-workflow-filter",
    about: "The webhook listens to another workflow.",
    break: filters((group) => [...group.filter(isNot("WORKFLOW_NAME")), filter("WORKFLOW_NAME", "^Other$")]),
  },
  {
    name: "wrong-actor-filter",
    about: "The webhook listens to another person.",
    break: filters((group) => [
      ...group.filter(isNot("ACTOR_ACCOUNT_ID")),
      filter("ACTOR_ACCOUNT_ID", "^(?:1)$"),
    ]),
  },
  {
    name: "unanchored-actor-filter",
    about: "The webhook's pattern of trusted people has no anchors: it fits ids that contain a trusted one.",
    showsWith: "stranger",
    break: filters((group) => [
      ...group.filter(isNot("ACTOR_ACCOUNT_ID")),
      filter("ACTOR_ACCOUNT_ID", withoutAnchors(group)),
    ]),
  },
  {
    name: "github-hook-deleted",
    about: "Somebody deletes the webhook on GitHub's side, and CodeBuild does not know.",
    break: githubHookDeleted,
  },
];

type Group = WebhookFilter[];

async function webhookMissing(deployment: Deployment): Promise<Undo> {
  const { filterGroups } = await webhookOf(deployment);
  await deployment.codebuild.send(new DeleteWebhookCommand({ projectName: deployment.runnerProjectName }));
  return () => createWebhook(deployment, filterGroups);
}

/** CodeBuild's webhook stays. Only one made anew makes a hook on GitHub's side. */
async function githubHookDeleted(deployment: Deployment): Promise<Undo> {
  const { github, codebuild, runnerProjectName: projectName } = deployment;
  const { filterGroups, payloadUrl } = await webhookOf(deployment);
  const hooks = await github<{ id: number; config: { url: string } }[]>("GET", "hooks?per_page=100");
  for (const { id, config } of hooks)
    if (config.url === payloadUrl) await github("DELETE", `hooks/${String(id)}`);
  return async () => {
    await codebuild.send(new DeleteWebhookCommand({ projectName }));
    await createWebhook(deployment, filterGroups);
  };
}

function filters(change: (group: Group) => Group) {
  return async (deployment: Deployment): Promise<Undo> => {
    const { codebuild, runnerProjectName: projectName } = deployment;
    const { filterGroups } = await webhookOf(deployment);
    const put = (filterGroups: Group[]) =>
      codebuild.send(new UpdateWebhookCommand({ projectName, filterGroups }));
    await put(filterGroups.map(change));
    return async () => {
      await put(filterGroups);
    };
  };
}

const filter = (type: NonNullable<WebhookFilter["type"]>, pattern: string): WebhookFilter => ({
  type,
  pattern,
});

const isNot =
  (...types: string[]) =>
  ({ type = "" }: { type?: string }) =>
    !types.includes(type);

/** The pattern of trusted people without `^` and `$`; the sandbox's own person where nobody is named. */
function withoutAnchors(group: Group): string {
  const { pattern } = group.find(({ type }) => type === "ACTOR_ACCOUNT_ID") ?? {};
  return pattern?.replace(/^\^|\$$/g, "") ?? String(id(personLogin));
}

async function webhookOf(deployment: Deployment): Promise<{ filterGroups: Group[]; payloadUrl: string }> {
  const { webhook } = await findProject(deployment);
  if (!webhook) throw new Error(`The project ${deployment.runnerProjectName} has no webhook.`);
  return { filterGroups: webhook.filterGroups ?? [], payloadUrl: webhook.payloadUrl ?? "" };
}

/** The runner's project. */
export async function findProject({ codebuild, runnerProjectName: name }: Deployment): Promise<Project> {
  const { projects = [] } = await codebuild.send(new BatchGetProjectsCommand({ names: [name] }));
  if (!projects[0]) throw new Error(`There is no project ${name}.`);
  return projects[0];
}

/** Makes the webhook of the runner's project, or of another one. */
export async function createWebhook(
  { codebuild, runnerProjectName }: Deployment,
  filterGroups: Group[],
  projectName = runnerProjectName,
): Promise<void> {
  await codebuild.send(new CreateWebhookCommand({ projectName, filterGroups, buildType: "BUILD" }));
}
