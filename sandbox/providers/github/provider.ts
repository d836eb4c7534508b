import { boolean, list, number, string, type Provider, type ResourceType } from "../schema";
import type { Values } from "../values";
import { branch } from "./branch";
import { environmentDeploymentPolicy } from "./environmentDeploymentPolicy";
import {
  getRepositoryEnvironmentDeploymentPolicies,
  getRepositoryEnvironments,
} from "./environmentFunctions";
import {
  getBranch,
  getOrganization,
  getRepository,
  getRepositoryFile,
  getRepositoryPullRequests,
  getTree,
} from "./functions";
import { repositoryEnvironment } from "./repositoryEnvironment";
import { repositoryFile } from "./repositoryFile";
import { repositoryPullRequest } from "./repositoryPullRequest";
import { repositoryRuleset } from "./repositoryRuleset";
import { Rest, unlessMissing } from "./rest";

/** What the calls of GitHub's resource types and functions work with. */
export interface GitHub {
  owner: string;
  rest: Rest;
}

export type GitHubResource = ResourceType<GitHub>;

/** The stand-in of @pulumi/github: the types and functions that the program uses. */
export function githubProvider(version: string): Provider<GitHub> {
  let configured: GitHub | undefined;
  return {
    name: "github",
    version,
    config: {
      owner: string(),
      token: string({ secret: true }),
      baseUrl: string(),
      maxRetries: number({ default: 3 }),
      retryDelayMs: number({ default: 1000 }),
      // integrations/terraform-provider-github:github/provider.go (`getDefaultRetryableErrors`)
      retryableErrors: list(number(), { default: [500, 502, 503, 504] }),
      writeDelayMs: number({ default: 1000 }),
      readDelayMs: number({ default: 0 }),
      parallelRequests: boolean({ default: false }),
    },
    resources: {
      "github:index/branch:Branch": branch,
      "github:index/repositoryEnvironment:RepositoryEnvironment": repositoryEnvironment,
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":
        environmentDeploymentPolicy,
      "github:index/repositoryFile:RepositoryFile": repositoryFile,
      "github:index/repositoryPullRequest:RepositoryPullRequest": repositoryPullRequest,
      "github:index/repositoryRuleset:RepositoryRuleset": repositoryRuleset,
    },
    functions: {
      "github:index/getBranch:getBranch": getBranch,
      "github:index/getOrganization:getOrganization": getOrganization,
      "github:index/getRepository:getRepository": getRepository,
      "github:index/getRepositoryEnvironmentDeploymentPolicies:getRepositoryEnvironmentDeploymentPolicies":
        getRepositoryEnvironmentDeploymentPolicies,
      "github:index/getRepositoryEnvironments:getRepositoryEnvironments": getRepositoryEnvironments,
      "github:index/getRepositoryFile:getRepositoryFile": getRepositoryFile,
      "github:index/getRepositoryPullRequests:getRepositoryPullRequests": getRepositoryPullRequests,
      "github:index/getTree:getTree": getTree,
    },
    async configure(config) {
      const rest = new Rest({
        ...(config as unknown as RestConfig),
        url: restUrl(config),
        token: tokenOf(config),
      });
      configured = { rest, owner: await ownerOf(rest, config) };
    },
    context() {
      if (!configured) throw new Error("the github provider is not configured");
      return configured;
    },
  };
}

type RestConfig = Omit<ConstructorParameters<typeof Rest>[0], "url" | "token">;

/**
 * Every host but github.com's own is taken for an Enterprise Server, whose REST API lies at `/api/v3/`.
 * Source: integrations/terraform-provider-github:github/config.go.
 */
function restUrl(config: Values): string {
  const base = new URL(
    (config.baseUrl as string | undefined) ?? process.env.GITHUB_BASE_URL ?? "https://api.github.com/",
  );
  return base.hostname === "api.github.com" ? base.href : new URL("api/v3/", base).href;
}

function tokenOf(config: Values): string | undefined {
  return (config.token as string | undefined) ?? process.env.GITHUB_TOKEN;
}

/** The environment wins over the configuration; without either, the owner is the token's user. */
async function ownerOf(rest: Rest, config: Values): Promise<string> {
  const owner =
    process.env.GITHUB_ORGANIZATION || process.env.GITHUB_OWNER || (config.owner as string | undefined);
  if (!owner) return (await rest.call<{ login: string }>("GET", "user")).login;
  // Asked as the real provider does; a user's account is no organization, and that is fine.
  await unlessMissing(rest.call("GET", `orgs/${owner}`));
  return owner;
}
