import type { EnvironmentWithRunner } from "../stacks/environments";
import type { StackScope } from "./permissions/scope";
import type { DeploymentsSettings } from "./settings";

/** What the stack of an environment makes and stands on, as far as permissions can be narrowed to it. */
export function stackScope(
  { name, runner }: EnvironmentWithRunner,
  {
    accountId,
    connectionArn,
    permissionsBoundaryArn,
    stacksWithOwnCluster,
    stacksWithReleases,
  }: DeploymentsSettings,
): StackScope {
  return {
    stack: name,
    accountId,
    region: runner.region,
    projectName: runner.projectName,
    clusterName: runner.clusterName,
    createsCluster: stacksWithOwnCluster.includes(name),
    appliesReleases: stacksWithReleases.includes(name),
    ...(connectionArn === undefined ? {} : { connectionArn }),
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
  };
}
