import { z } from "zod";
import type { Plan } from "./plans";

/** A person or a team that may approve, by GitHub's numeric id. */
const reviewer = z.strictObject({ type: z.enum(["User", "Team"]), id: z.int() });

/** What an environment is made or replaced with: https://docs.github.com/rest/deployments/environments */
export const environmentRequest = z.strictObject({
  wait_timer: z.int().min(0).max(43_200).default(0),
  prevent_self_review: z.boolean().default(false),
  // Not in the documentation; the real provider sends it: integrations/terraform-provider-github:github/resource_github_repository_environment.go
  can_admins_bypass: z.boolean().default(true),
  reviewers: z.array(reviewer).max(6).nullish(),
  deployment_branch_policy: z
    .strictObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});

export type EnvironmentRequest = z.infer<typeof environmentRequest>;
export type Reviewer = z.infer<typeof reviewer>;

/** Which refs may deploy: https://docs.github.com/rest/deployments/branch-policies */
export interface DeploymentPolicy {
  id: number;
  /** Pattern of the name of a branch or tag. */
  name: string;
  type: "branch" | "tag";
}

/** An environment of a repository, as the service keeps it. */
export interface DeploymentEnvironment {
  id: number;
  name: string;
  preventSelfReview: boolean;
  canAdminsBypass: boolean;
  reviewers: Reviewer[];
  /** Whether only refs that a policy names may deploy. */
  hasCustomPolicies: boolean;
  policies: DeploymentPolicy[];
  createdAt: string;
  updatedAt: string;
}

/** A team of an organisation. */
export interface Team {
  id: number;
  slug: string;
  /** Logins. */
  members: string[];
}

/** What the service keeps of environments and of who may approve. */
export interface EnvironmentState {
  /** By `owner/name`. */
  environments?: Record<string, DeploymentEnvironment[]>;
  /** By login of the organisation. */
  teams?: Record<string, Team[]>;
  /** By login of the owner. @default "enterprise" */
  plans?: Record<string, Plan>;
}

/** One that nobody has set anything for: anybody may deploy to it. */
export function newEnvironment(id: number, name: string, now: string): DeploymentEnvironment {
  return {
    id,
    name,
    preventSelfReview: false,
    canAdminsBypass: true,
    reviewers: [],
    hasCustomPolicies: false,
    policies: [],
    createdAt: now,
    updatedAt: now,
  };
}

/** Names have no case: https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments */
export function environmentNamed(
  state: EnvironmentState,
  repository: string,
  name: string,
): DeploymentEnvironment | undefined {
  return state.environments?.[repository]?.find(
    (environment) => environment.name.toLowerCase() === name.toLowerCase(),
  );
}

/** A number that no environment or policy has yet. */
export function nextId({ environments = {} }: EnvironmentState): number {
  const all = Object.values(environments).flat();
  return (
    Math.max(900_000_000, ...all.flatMap(({ id, policies }) => [id, ...policies.map((one) => one.id)])) + 1
  );
}
