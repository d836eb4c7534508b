import { z } from "zod";
import { AwsError, jsonResponse } from "../error";
import type { RoleSession } from "../iam/sessions";
import type { AwsRequest } from "../request";
import { parseInput, readJson, type Service } from "../service";
import { buildOperations } from "./buildOperations";
import { createProject, updateProject, type CodeBuildWorld } from "./projectOperations";
import type { SourceCredential } from "./projects";
import {
  createProjectInput,
  createWebhookInput,
  importSourceCredentialsInput,
  projectName,
  updateProjectInput,
  updateWebhookInput,
} from "./shapes";
import { createWebhook, deleteHook, deleteWebhook, updateWebhook } from "./webhookOperations";

/** Answers an operation. */
export type Operation = (input: unknown, region: string, session?: RoleSession) => object | Promise<object>;

const names = z.array(z.string().min(1)).min(1).max(100);

/** CodeBuild over JSON 1.1. */
export function codeBuildService(world: CodeBuildWorld): Service {
  const operations: Record<string, Operation> = {
    ...projectOperations(world),
    ...webhookOperations(world),
    ...credentialOperations(world),
    ...buildOperations(world),
  };
  return {
    answer: async (request: AwsRequest) => {
      const operation = operations[request.operation];
      return (
        operation && jsonResponse(await operation(readJson(request.body), request.region, request.session))
      );
    },
  };
}

function projectOperations(world: CodeBuildWorld): Record<string, Operation> {
  const { projects } = world;
  return {
    CreateProject: async (input, region) => ({
      project: await createProject(world, region, validate(createProjectInput, input)),
    }),
    UpdateProject: async (input, region) => ({
      project: await updateProject(world, region, validate(updateProjectInput, input)),
    }),
    DeleteProject: async (input, region) => {
      const { name } = validate(z.object({ name: z.string().min(1) }), input);
      const project = projects.find(region, name);
      if (project) await deleteHook(world, project);
      projects.delete(region, name);
      return {};
    },
    ListProjects: (input, region) => {
      const { sortOrder } = validate(z.object({ sortOrder: z.string().optional() }), input);
      const sorted = projects.names(region);
      return { projects: sortOrder === "DESCENDING" ? sorted.reverse() : sorted };
    },
    BatchGetProjects: (input, region) => {
      const wanted = validate(z.object({ names }), input).names;
      const found = wanted.map((name) => projects.find(region, name));
      return {
        projects: found.filter((project) => project !== undefined),
        projectsNotFound: wanted.filter((_name, index) => found[index] === undefined),
      };
    },
  };
}

function webhookOperations(world: CodeBuildWorld): Record<string, Operation> {
  return {
    CreateWebhook: async (input, region) => ({
      webhook: await createWebhook(world, region, validate(createWebhookInput, input)),
    }),
    UpdateWebhook: async (input, region) => ({
      webhook: await updateWebhook(world, region, validate(updateWebhookInput, input)),
    }),
    DeleteWebhook: async (input, region) => {
      await deleteWebhook(world, region, validate(z.object({ projectName }), input).projectName);
      return {};
    },
  };
}

/** One credential for each kind of server, account and region: importing another replaces it, in silence by default. */
function credentialOperations({ projects, accountId }: CodeBuildWorld): Record<string, Operation> {
  return {
    ListSourceCredentials: (_input, region) => ({ sourceCredentialsInfos: projects.credentials(region) }),
    ImportSourceCredentials: (input, region) => {
      const wanted = validate(importSourceCredentialsInput, input);
      const others = projects
        .credentials(region)
        .filter(({ serverType }) => serverType !== wanted.serverType);
      if (wanted.shouldOverwrite === false && others.length < projects.credentials(region).length)
        throw new AwsError(
          "ResourceAlreadyExistsException",
          `Credential already exists: ${wanted.serverType}`,
        );
      const credential: SourceCredential = {
        arn: `arn:aws:codebuild:${region}:${accountId}:token/${wanted.serverType.toLowerCase()}`,
        serverType: wanted.serverType,
        authType: wanted.authType,
        ...(wanted.authType === "PERSONAL_ACCESS_TOKEN" ? {} : { resource: wanted.token }),
      };
      projects.setCredentials(region, [...others, credential]);
      return { arn: credential.arn };
    },
    DeleteSourceCredentials: (input, region) => {
      const { arn } = validate(z.object({ arn: z.string().min(1) }), input);
      const others = projects.credentials(region).filter((credential) => credential.arn !== arn);
      if (others.length === projects.credentials(region).length)
        throw new AwsError("ResourceNotFoundException", `Credential not found: ${arn}`);
      projects.setCredentials(region, others);
      return { arn };
    },
  };
}

function validate<T>(schema: z.ZodType<T>, input: unknown): T {
  return parseInput(schema, input, "InvalidInputException");
}
