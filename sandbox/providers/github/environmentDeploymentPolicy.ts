import { number, string } from "../schema";
import type { Values } from "../values";
import type { GitHub, GitHubResource } from "./provider";
import { unlessMissing } from "./rest";

interface Policy {
  id: number;
  name: string;
  type: "branch" | "tag";
}

const patterns = ["branchPattern", "tagPattern"];

/**
 * A pattern of branches or tags that may deploy to an environment.
 * Rules: integrations/terraform-provider-github:github/resource_github_repository_environment_deployment_policy.go.
 */
export const environmentDeploymentPolicy: GitHubResource = {
  properties: {
    repository: string({ required: true, replaces: true }),
    environment: string({ required: true, replaces: true }),
    branchPattern: string(),
    tagPattern: string(),
    policyId: number({ output: true }),
    repositoryId: number({ output: true }),
  },
  conflicts: [["branchPattern", "tagPattern"]],
  /** What was one of branches and is one of tags now is another (`customDeploymentPolicyDiffFunction`). */
  replacesWhen: (prior, inputs) => patterns.filter((key) => Boolean(prior[key]) !== Boolean(inputs[key])),
  isForgottenUnseen: true,
  async create(github, inputs) {
    const { repository, environment, branchPattern, tagPattern } = inputs as Record<string, string>;
    const name = branchPattern ?? tagPattern;
    if (!name) throw new Error('exactly one of "branch_pattern" and "tag_pattern" must be specified');
    const made = await github.rest.call<Policy>("POST", policies(github, inputs), {
      name,
      type: branchPattern ? "branch" : "tag",
    });
    return { id: `${repository ?? ""}:${encodeURIComponent(environment ?? "")}:${String(made.id)}` };
  },
  async read(github, id) {
    const place = placeOf(id);
    const found = await unlessMissing(
      github.rest.call<Policy>("GET", `${policies(github, place)}/${place.policyId}`),
    );
    if (!found) return undefined;
    const repository = await github.rest.call<{ id: number }>(
      "GET",
      `repos/${github.owner}/${place.repository}`,
    );
    return {
      repository: place.repository,
      environment: place.environment,
      [found.type === "branch" ? "branchPattern" : "tagPattern"]: found.name,
      policyId: found.id,
      repositoryId: repository.id,
    };
  },
  async update(github, id, { inputs }) {
    const place = placeOf(id);
    const name = (inputs.branchPattern ?? inputs.tagPattern) as string;
    await github.rest.call("PUT", `${policies(github, place)}/${place.policyId}`, { name });
  },
  async delete(github, id) {
    const place = placeOf(id);
    await github.rest.call("DELETE", `${policies(github, place)}/${place.policyId}`);
  },
};

function policies(github: GitHub, { repository, environment }: Values): string {
  const path = `repos/${github.owner}/${repository as string}/environments`;
  return `${path}/${encodeURIComponent(environment as string)}/deployment-branch-policies`;
}

function placeOf(id: string) {
  const [repository = "", environment = "", policyId = ""] = id.split(":");
  return { repository, environment: decodeURIComponent(environment), policyId };
}
