import type * as pulumi from "@pulumi/pulumi";
import {
  hasRunner,
  homeEnvironment,
  type Environment,
  type EnvironmentWithRunner,
} from "../stacks/environments";
import { AssumedRole } from "./assumedRole";
import { homeCredential } from "./homeCredential";
import { pathFilters } from "./pathFilters";
import { updatePolicy } from "./permissions/policies";
import { stackScope } from "./scopes";
import type { DeploymentsSettings } from "./settings";
import { StackDeployment } from "./stackDeployment";
import { pulumiTrustPolicy, updateOperations } from "./trust";

/** What all stacks' deployments share. */
export interface SharedByDeployments {
  settings: DeploymentsSettings;
  /** ARN of the identity provider for Pulumi Cloud. */
  identityProviderArn: pulumi.Output<string>;
  /** Settings of every role. */
  role: { tags: Record<string, string>; permissionsBoundaryArn?: string };
}

/**
 * Registers the deployments of every stack in the registry, each with an update role of its own.
 * @returns the ARNs of the update roles by stack
 */
export function stackDeployments(
  environments: Environment[],
  shared: SharedByDeployments,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    environments.filter(hasRunner).map((environment) => {
      const { arn } = updateRole(environment, shared);
      stackDeployment(environment, environments, arn, shared.settings);
      return [environment.name, arn];
    }),
  );
}

function updateRole(
  environment: EnvironmentWithRunner,
  { settings, identityProviderArn, role }: SharedByDeployments,
) {
  const operations = settings.deploymentPreviews ? [...updateOperations, "preview"] : updateOperations;
  const stack = { organization: settings.pulumiOrganization, stack: environment.name };
  return new AssumedRole(`${environment.name}-update`, {
    description: `Updates of the stack ${environment.name} by Pulumi Deployments`,
    trustPolicy: identityProviderArn.apply((arn) => pulumiTrustPolicy(arn, stack, operations)),
    policy: updatePolicy(stackScope(environment, settings)),
    ...role,
  });
}

function stackDeployment(
  environment: EnvironmentWithRunner,
  environments: Environment[],
  updateRoleArn: pulumi.Output<string>,
  settings: DeploymentsSettings,
): void {
  const isHome = environment.name === homeEnvironment;
  new StackDeployment(environment.name, {
    stack: { organization: settings.pulumiOrganization, stack: environment.name },
    repository: settings.repository,
    branch: settings.branch,
    paths: pathFilters(environment, environments),
    updateRoleArn,
    previewPullRequests: settings.deploymentPreviews,
    driftSchedule: settings.driftSchedule,
    notice: { format: settings.noticeFormat, url: settings.noticeUrl },
    ...(isHome ? homeCredential(settings) : { starts: homeEnvironment }),
  });
}
