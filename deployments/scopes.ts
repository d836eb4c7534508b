import type { EnvironmentWithRunner } from "../stacks/environments";
import type { StackScope } from "./permissions/places";
import type { DeploymentsSettings } from "./settings";

/** What the stack of an environment makes and stands on, as far as permissions can be narrowed to it. */
export function stackScope(
  { name, runner }: EnvironmentWithRunner,
  { accountId, connectionArn, permissionsBoundaryArn }: DeploymentsSettings,
): StackScope {
  return {
    stack: name,
    accountId,
    region: runner.region,
    projectName: runner.projectName,
    clusterName: runner.clusterName,
    ...(connectionArn === undefined ? {} : { connectionArn }),
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
  };
}
