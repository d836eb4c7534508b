import { Hono } from "hono";
import { z } from "zod";
import { mayAdminister } from "../access";
import { timestamp } from "../clock";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import {
  environmentNamed,
  environmentRequest,
  newEnvironment,
  nextId,
  type DeploymentEnvironment,
  type DeploymentPolicy,
  type EnvironmentRequest,
} from "../environments/environment";
import { requirePlan } from "../environments/plans";
import { describeReviewer } from "../environments/reviewers";
import { notFound, Refusal } from "../refusal";

/**
 * Environments and which refs may deploy to them: https://docs.github.com/rest/deployments/environments and
 * https://docs.github.com/rest/deployments/branch-policies
 */
export const environments = new Hono<Environment>();

environments.get("/environments", (c) => {
  query(c, "per_page", "page");
  const all = c.var.state.environments?.[c.var.repository.fullName] ?? [];
  return c.json({
    total_count: all.length,
    environments: page(c, all).map((environment) => describe(c, environment)),
  });
});

environments.get("/environments/:environment", (c) => c.json(describe(c, existing(c))));

environments.put("/environments/:environment", async (c) => {
  requireAdministrator(c);
  const request = await checked(c);
  const { service, state, store, repository } = c.var;
  const now = timestamp(service.clock);
  const name = nameIn(c);
  const before =
    environmentNamed(state, repository.fullName, name) ?? newEnvironment(nextId(state), name, now);
  const wanted: DeploymentEnvironment = {
    ...before,
    preventSelfReview: request.prevent_self_review,
    canAdminsBypass: request.can_admins_bypass,
    reviewers: request.reviewers ?? [],
    hasCustomPolicies: request.deployment_branch_policy?.custom_branch_policies ?? false,
    updatedAt: now,
  };
  await store.change((changed) => {
    const others = (changed.environments?.[repository.fullName] ?? []).filter(({ id }) => id !== wanted.id);
    changed.environments = { ...changed.environments, [repository.fullName]: [...others, wanted] };
  });
  return c.json(describe(c, wanted));
});

environments.delete("/environments/:environment", async (c) => {
  requireAdministrator(c);
  const { id } = existing(c);
  const { fullName } = c.var.repository;
  await c.var.store.change(({ environments: all = {} }) => {
    all[fullName] = (all[fullName] ?? []).filter((one) => one.id !== id);
  });
  return c.body(null, 204);
});

environments.get("/environments/:environment/deployment-branch-policies", (c) => {
  query(c, "per_page", "page");
  const { policies } = existing(c);
  return c.json({ total_count: policies.length, branch_policies: page(c, policies).map(policyResource) });
});

environments.get("/environments/:environment/deployment-branch-policies/:id", (c) =>
  c.json(policyResource(existingPolicy(c))),
);

environments.post("/environments/:environment/deployment-branch-policies", async (c) => {
  requireAdministrator(c);
  const environment = existing(c);
  const { name, type } = await body(
    c,
    z.strictObject({ name: z.string().min(1), type: z.enum(["branch", "tag"]).default("branch") }),
  );
  // "Not Found or deployment_branch_policy.custom_branch_policies property for the environment is set to false"
  if (!environment.hasCustomPolicies) throw notFound();
  const same = environment.policies.find((policy) => policy.name === name && policy.type === type);
  // GitHub's answer to one that is there already.
  if (same) return c.body(null, 303);
  const made: DeploymentPolicy = { id: nextId(c.var.state), name, type };
  await changePolicies(c, environment, (policies) => [...policies, made]);
  return c.json(policyResource(made));
});

environments.put("/environments/:environment/deployment-branch-policies/:id", async (c) => {
  requireAdministrator(c);
  const policy = existingPolicy(c);
  const { name } = await body(c, z.strictObject({ name: z.string().min(1) }));
  const changed = { ...policy, name };
  await changePolicies(c, existing(c), (policies) =>
    policies.map((one) => (one.id === policy.id ? changed : one)),
  );
  return c.json(policyResource(changed));
});

environments.delete("/environments/:environment/deployment-branch-policies/:id", async (c) => {
  requireAdministrator(c);
  const policy = existingPolicy(c);
  await changePolicies(c, existing(c), (policies) => policies.filter(({ id }) => id !== policy.id));
  return c.body(null, 204);
});

async function checked(c: GitHubContext): Promise<EnvironmentRequest> {
  const request = await body(c, environmentRequest);
  const { state, links, repository } = c.var;
  requirePlan(state, repository.owner, request);
  const { deployment_branch_policy: policy, reviewers } = request;
  if (policy && policy.protected_branches === policy.custom_branch_policies)
    // https://docs.github.com/rest/deployments/environments#create-or-update-an-environment
    throw new Refusal(422, "protected_branches and custom_branch_policies cannot have the same value");
  if (policy?.protected_branches === true || request.wait_timer > 0)
    throw new Refusal(501, "The sandbox's GitHub has no wait timer and no policy of protected branches");
  const unknown = reviewers?.find((one) => !describeReviewer(links, state, repository.owner, one));
  // Its words are not documented; reviewers need read access.
  if (unknown)
    throw new Refusal(422, `Validation Failed: ${unknown.type} ${String(unknown.id)} is no reviewer`);
  return request;
}

function nameIn(c: GitHubContext): string {
  return decodeURIComponent(c.req.param("environment") ?? "");
}

function existing(c: GitHubContext): DeploymentEnvironment {
  const found = environmentNamed(c.var.state, c.var.repository.fullName, nameIn(c));
  if (found === undefined) throw notFound();
  return found;
}

function existingPolicy(c: GitHubContext): DeploymentPolicy {
  const found = existing(c).policies.find(({ id }) => id === Number(c.req.param("id")));
  if (found === undefined) throw notFound();
  return found;
}

function changePolicies(
  c: GitHubContext,
  { id }: DeploymentEnvironment,
  edit: (policies: DeploymentPolicy[]) => DeploymentPolicy[],
): Promise<void> {
  const { fullName } = c.var.repository;
  return c.var.store.change(({ environments: all = {} }) => {
    for (const environment of all[fullName] ?? [])
      if (environment.id === id) environment.policies = edit(environment.policies);
  });
}

function requireAdministrator(c: GitHubContext): void {
  if (!mayAdminister(c.var.token)) throw notFound();
}

function policyResource(policy: DeploymentPolicy) {
  return {
    ...policy,
    node_id: Buffer.from(`DeploymentBranchPolicy:${String(policy.id)}`).toString("base64"),
  };
}

/** Rules that nobody has set are left out. */
function describe(c: GitHubContext, environment: DeploymentEnvironment) {
  const { links, state, repository } = c.var;
  const { id, name, reviewers, hasCustomPolicies, preventSelfReview } = environment;
  const rule = (type: string) => ({
    id: id + 1,
    node_id: Buffer.from(`Gate:${type}`).toString("base64"),
    type,
  });
  const people = reviewers.flatMap((one) => describeReviewer(links, state, repository.owner, one) ?? []);
  return {
    id,
    node_id: Buffer.from(`Environment:${String(id)}`).toString("base64"),
    name,
    url: `${links.api}/repos/${repository.fullName}/environments/${encodeURIComponent(name)}`,
    html_url: `${links.web}/${repository.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: environment.canAdminsBypass,
    protection_rules: [
      ...(reviewers.length > 0 || preventSelfReview
        ? [{ ...rule("required_reviewers"), prevent_self_review: preventSelfReview, reviewers: people }]
        : []),
      ...(hasCustomPolicies ? [rule("branch_policy")] : []),
    ],
    deployment_branch_policy: hasCustomPolicies
      ? { protected_branches: false, custom_branch_policies: true }
      : null,
  };
}
