import { randomBytes } from "node:crypto";
import { AwsError } from "../error";
import { authorizeWebhook } from "./authorization";
import { checkWebhook } from "./checks";
import type { CodeBuildWorld } from "./projectOperations";
import { repositoryOf, type Project, type Webhook } from "./projects";
import { hookEvents, type RepositoryHook } from "./repositoryHooks";
import type { CreateWebhookInput, UpdateWebhookInput } from "./shapes";

/** A webhook with its secret, which AWS shows only where it is made. */
export type NewWebhook = Webhook & { secret: string };

/** https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html */
const defaultPolicy = {
  requiresCommentApproval: "ALL_PULL_REQUESTS",
  approverRoles: ["GITHUB_ADMIN", "GITHUB_MAINTAIN", "GITHUB_WRITE"],
};

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateWebhook.html */
export async function createWebhook(
  world: CodeBuildWorld,
  region: string,
  input: CreateWebhookInput,
): Promise<NewWebhook> {
  const { projects, hooks } = world;
  const project = projects.get(region, input.projectName);
  if (project.source.type !== "GITHUB")
    throw new AwsError(
      "InvalidInputException",
      `Webhooks are not supported for source type ${project.source.type}`,
    );
  checkWebhook(input);
  if (project.webhook)
    throw new AwsError(
      "ResourceAlreadyExistsException",
      `Webhook already exists for project ${project.name}`,
    );
  authorizeWebhook(project, world, hasCredential(world, region));
  const { filterGroups = [], manualCreation = false } = input;
  const secret = newSecret();
  const payloadUrl = world.webhookUrl(region, project.name);
  const repository = repositoryOf(project);
  // With manualCreation a person makes the hook.
  const id = manualCreation
    ? undefined
    : await hooks.create(repository, { url: payloadUrl, secret, events: hookEvents(filterGroups) });
  const webhook: Webhook = {
    url: id === undefined ? "" : `https://api.github.com/repos/${repository}/hooks/${String(id)}`,
    payloadUrl,
    ...(input.branchFilter === undefined ? {} : { branchFilter: input.branchFilter }),
    filterGroups,
    buildType: input.buildType ?? "BUILD",
    manualCreation,
    lastModifiedSecret: Date.now() / 1000,
    pullRequestBuildPolicy: input.pullRequestBuildPolicy ?? defaultPolicy,
  };
  projects.put(region, { ...project, webhook });
  projects.setWebhookSecret(region, project.name, secret);
  return { ...webhook, secret };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateWebhook.html */
export async function updateWebhook(
  world: CodeBuildWorld,
  region: string,
  input: UpdateWebhookInput,
): Promise<Webhook | NewWebhook> {
  const { projects } = world;
  const { projectName, rotateSecret = false, ...given } = input;
  const project = projects.get(region, projectName);
  const { webhook: current } = project;
  if (!current) throw noWebhook(project.name);
  checkWebhook(input);
  authorizeWebhook(project, world, hasCredential(world, region));
  const webhook: Webhook = {
    ...current,
    ...given,
    ...(rotateSecret ? { lastModifiedSecret: Date.now() / 1000 } : {}),
  };
  // The two exclude each other, so the new one replaces the other.
  if (given.branchFilter !== undefined) webhook.filterGroups = [];
  if (given.filterGroups !== undefined) delete webhook.branchFilter;
  const secret = rotateSecret ? newSecret() : (projects.webhookSecret(region, project.name) ?? newSecret());
  await updateHook(
    world,
    { ...project, webhook },
    {
      url: webhook.payloadUrl,
      secret,
      events: hookEvents(webhook.filterGroups),
    },
  );
  projects.put(region, { ...project, webhook });
  projects.setWebhookSecret(region, project.name, secret);
  return rotateSecret ? { ...webhook, secret } : webhook;
}

export async function deleteWebhook(
  world: CodeBuildWorld,
  region: string,
  projectName: string,
): Promise<void> {
  const { webhook, ...project } = world.projects.get(region, projectName);
  if (!webhook) throw noWebhook(project.name);
  await deleteHook(world, { ...project, webhook });
  world.projects.put(region, project);
}

/** Leads the hooks of GitHub to where the projects' webhooks are now. A hook that somebody deleted stays deleted. */
export async function moveHooks(world: CodeBuildWorld): Promise<void> {
  const { projects } = world;
  for (const region of projects.regions())
    for (const name of projects.names(region)) {
      const project = projects.get(region, name);
      const { webhook } = project;
      const payloadUrl = world.webhookUrl(region, name);
      if (!webhook || webhook.payloadUrl === payloadUrl) continue;
      const secret = projects.webhookSecret(region, name) ?? newSecret();
      const hook = { url: payloadUrl, secret, events: hookEvents(webhook.filterGroups) };
      await updateHook(world, project, hook).catch((error: unknown) => {
        console.error(error);
      });
      projects.put(region, { ...project, webhook: { ...webhook, payloadUrl } });
    }
}

/** The hook on GitHub goes with the webhook, and the webhook with its project. */
export async function deleteHook({ hooks }: CodeBuildWorld, project: Project): Promise<void> {
  const id = hookId(project);
  if (id !== undefined) await hooks.delete(repositoryOf(project), id);
}

async function updateHook({ hooks }: CodeBuildWorld, project: Project, hook: RepositoryHook): Promise<void> {
  const id = hookId(project);
  if (id !== undefined) await hooks.update(repositoryOf(project), id, hook);
}

function hookId({ webhook }: Project): number | undefined {
  const id = webhook?.url.split("/").at(-1);
  return id ? Number(id) : undefined;
}

function hasCredential({ projects }: CodeBuildWorld, region: string): boolean {
  return projects.credentials(region).some(({ serverType }) => serverType === "GITHUB");
}

function noWebhook(project: string): AwsError {
  return new AwsError("ResourceNotFoundException", `No webhook exists for project ${project}`);
}

const newSecret = () => randomBytes(32).toString("base64url");
