import { string, type FunctionType } from "../schema";
import type { GitHub } from "./provider";

interface Policies {
  branch_policies: { name: string; type: string }[];
}

/**
 * Which refs may deploy to an environment.
 * Rules: integrations/terraform-provider-github:github/data_source_github_repository_environment_deployment_policies.go.
 */
export const getRepositoryEnvironmentDeploymentPolicies: FunctionType<GitHub> = {
  args: { repository: string({ required: true }), environment: string({ required: true }) },
  async call(github, args) {
    const { repository, environment } = args as { repository: string; environment: string };
    const path = `repos/${github.owner}/${repository}/environments/${encodeURIComponent(environment)}`;
    const found = await github.rest.call<Policies>("GET", `${path}/deployment-branch-policies`);
    return {
      id: `${repository}:${environment}`,
      repository,
      environment,
      policies: found.branch_policies.map(({ name, type }) => ({ type, pattern: name })),
    };
  },
};

/**
 * The names of a repository's environments.
 * Rules: integrations/terraform-provider-github:github/data_source_github_repository_environments.go.
 */
export const getRepositoryEnvironments: FunctionType<GitHub> = {
  args: { repository: string({ required: true }) },
  async call(github, args) {
    const { repository } = args as { repository: string };
    const found = await github.rest.call<{ environments: { name: string; node_id: string }[] }>(
      "GET",
      `repos/${github.owner}/${repository}/environments?per_page=100`,
    );
    return {
      id: repository,
      repository,
      environments: found.environments.map(({ name, node_id }) => ({ name, nodeId: node_id })),
    };
  },
};
