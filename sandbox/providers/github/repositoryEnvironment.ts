import { boolean, list, number, object, set, string } from "../schema";
import type { Values } from "../values";
import type { GitHub, GitHubResource } from "./provider";
import { replacedRepository } from "./replacedRepository";
import { unlessMissing } from "./rest";

interface Environment {
  can_admins_bypass?: boolean;
  protection_rules?: {
    type: string;
    wait_timer?: number;
    prevent_self_review?: boolean;
    reviewers?: { type: "User" | "Team"; reviewer: { id: number } }[];
  }[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
}

const ids = set(number());

/**
 * An environment with its protection; every change sends all of it.
 * Rules: integrations/terraform-provider-github:github/resource_github_repository_environment.go.
 */
export const repositoryEnvironment: GitHubResource = {
  properties: {
    repository: string({ required: true }),
    environment: string({ required: true, replaces: true }),
    canAdminsBypass: boolean({ default: true }),
    preventSelfReview: boolean({ default: false }),
    waitTimer: number({ between: [0, 43_200] }),
    reviewers: list(object({ teams: ids, users: ids })),
    deploymentBranchPolicy: object({
      protectedBranches: boolean({ required: true }),
      customBranchPolicies: boolean({ required: true }),
    }),
    repositoryId: number({ output: true }),
  },
  replacesWhen: replacedRepository,
  isForgottenUnseen: true,
  async create(github, inputs) {
    const { repository, environment } = inputs as { repository: string; environment: string };
    await github.rest.call("PUT", pathOf(github, inputs), requestOf(inputs));
    return { id: `${repository}:${escapePart(environment)}` };
  },
  async read(github, _id, prior) {
    const found = await unlessMissing(github.rest.call<Environment>("GET", pathOf(github, prior)));
    if (!found) return undefined;
    const { id } = await github.rest.call<{ id: number }>(
      "GET",
      `repos/${github.owner}/${prior.repository as string}`,
    );
    return {
      repository: prior.repository,
      environment: prior.environment,
      repositoryId: id,
      ...protectionOf(found),
    };
  },
  async update(github, _id, { inputs }) {
    await github.rest.call("PUT", pathOf(github, inputs), requestOf(inputs));
  },
  async delete(github, _id, state) {
    await unlessMissing(github.rest.call("DELETE", pathOf(github, state)));
  },
  import(_, given) {
    const [repository = "", environment] = given.split(":");
    if (environment === undefined)
      throw new Error(`invalid id (${given}), expected format <repository>:<environment>`);
    return Promise.resolve({
      id: given,
      prior: { repository, environment: environment.replaceAll("??", ":") },
    });
  },
};

function pathOf(github: GitHub, { repository, environment }: Values): string {
  return `repos/${github.owner}/${repository as string}/environments/${encodeURIComponent(environment as string)}`;
}

/** `escapeIDPart` of util.go: a colon parts the id. */
function escapePart(name: string): string {
  return name.replaceAll(":", "??");
}

function requestOf(inputs: Values) {
  const { waitTimer, canAdminsBypass, preventSelfReview, reviewers, deploymentBranchPolicy } =
    inputs as Inputs;
  const [wanted] = reviewers ?? [];
  return {
    ...(waitTimer ? { wait_timer: waitTimer } : {}),
    can_admins_bypass: canAdminsBypass,
    prevent_self_review: preventSelfReview,
    reviewers: wanted
      ? [
          ...(wanted.teams ?? []).map((id) => ({ type: "Team", id })),
          ...(wanted.users ?? []).map((id) => ({ type: "User", id })),
        ]
      : null,
    deployment_branch_policy: deploymentBranchPolicy
      ? {
          protected_branches: deploymentBranchPolicy.protectedBranches,
          custom_branch_policies: deploymentBranchPolicy.customBranchPolicies,
        }
      : null,
  };
}

function protectionOf({ protection_rules = [], ...found }: Environment): Values {
  const rule = (type: string) => protection_rules.find((one) => one.type === type);
  const review = rule("required_reviewers");
  const idsOf = (type: string) =>
    (review?.reviewers ?? []).filter((one) => one.type === type).map(({ reviewer }) => reviewer.id);
  const policy = found.deployment_branch_policy;
  return {
    waitTimer: rule("wait_timer")?.wait_timer ?? 0,
    preventSelfReview: review?.prevent_self_review ?? false,
    canAdminsBypass: found.can_admins_bypass ?? false,
    reviewers: review ? [{ teams: idsOf("Team"), users: idsOf("User") }] : [],
    ...(policy
      ? {
          deploymentBranchPolicy: {
            protectedBranches: policy.protected_branches,
            customBranchPolicies: policy.custom_branch_policies,
          },
        }
      : {}),
  };
}

interface Inputs {
  waitTimer?: number;
  canAdminsBypass?: boolean;
  preventSelfReview?: boolean;
  reviewers?: { teams?: number[]; users?: number[] }[];
  deploymentBranchPolicy?: { protectedBranches: boolean; customBranchPolicies: boolean };
}
