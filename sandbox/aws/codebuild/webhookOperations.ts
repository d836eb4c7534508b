import { randomBytes, randomInt } from "node:crypto";
import { AwsError } from "../error";
import { authorizeWebhook } from "./authorization";
import { checkWebhook } from "./checks";
import type { CodeBuildWorld } from "./projectOperations";
import type { Webhook } from "./projects";
import type { CreateWebhookInput, UpdateWebhookInput } from "./shapes";

/** A webhook with its secret, which AWS shows only where it is made. */
export type NewWebhook = Webhook & { secret: string };

/** https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html */
const defaultPolicy = {
  requiresCommentApproval: "ALL_PULL_REQUESTS",
  approverRoles: ["GITHUB_ADMIN", "GITHUB_MAINTAIN", "GITHUB_WRITE"],
};

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateWebhook.html */
export function createWebhook(world: CodeBuildWorld, region: string, input: CreateWebhookInput): NewWebhook {
  const { projects } = world;
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
  const repository = (project.source.location ?? "").replace("https://github.com/", "").replace(/\.git$/, "");
  const token = randomBytes(24).toString("base64url");
  const webhook: Webhook = {
    url: `https://api.github.com/repos/${repository}/hooks/${String(randomInt(100_000_000, 999_999_999))}`,
    payloadUrl: `https://codebuild.${region}.amazonaws.com/webhooks?t=${token}&v=1`,
    ...(input.branchFilter === undefined ? {} : { branchFilter: input.branchFilter }),
    filterGroups: input.filterGroups ?? [],
    buildType: input.buildType ?? "BUILD",
    manualCreation: input.manualCreation ?? false,
    lastModifiedSecret: Date.now() / 1000,
    pullRequestBuildPolicy: input.pullRequestBuildPolicy ?? defaultPolicy,
  };
  projects.put(region, { ...project, webhook });
  return { ...webhook, secret: newSecret() };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateWebhook.html */
export function updateWebhook(
  world: CodeBuildWorld,
  region: string,
  input: UpdateWebhookInput,
): Webhook | NewWebhook {
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
  projects.put(region, { ...project, webhook });
  return rotateSecret ? { ...webhook, secret: newSecret() } : webhook;
}

export function deleteWebhook({ projects }: CodeBuildWorld, region: string, projectName: string): void {
  const { webhook, ...project } = projects.get(region, projectName);
  if (!webhook) throw noWebhook(project.name);
  projects.put(region, project);
}

function hasCredential({ projects }: CodeBuildWorld, region: string): boolean {
  return projects.credentials(region).some(({ serverType }) => serverType === "GITHUB");
}

function noWebhook(project: string): AwsError {
  return new AwsError("ResourceNotFoundException", `No webhook exists for project ${project}`);
}

const newSecret = () => randomBytes(32).toString("base64url");
