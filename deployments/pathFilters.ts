import { hasRunner, homeEnvironment, type Environment } from "../stacks/environments";

/** The files of which every stack is made. A test compares them with what `index.ts` really reads. */
const sharedPaths = [
  "index.ts",
  "components/**",
  "stacks/**",
  "committed/**",
  "dryrun/**",
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.program.json",
];

/**
 * Which files of a merge update a stack, as Pulumi Deployments takes them: each pattern matches a whole path.
 * https://www.pulumi.com/docs/deployments/concepts/settings/path-filtering/
 *
 * A country's stack file updates its stack alone, shared code updates all. The home stack waits for the regions, whose
 * updates start it (see `stackDeployment.ts`), or a region deployed by the same merge would miss the workflow; shared code
 * starts it itself only where there is no other region.
 */
export function pathFilters(environment: Environment, environments: Environment[]): string[] {
  const own = `Pulumi.${environment.name}.yaml`;
  return startedByRegions(environment, environments) ? [own] : [...sharedPaths, own];
}

/** Whether a stack is started by the updates of others. */
export function startedByRegions(environment: Environment, environments: Environment[]): boolean {
  return environment.name === homeEnvironment && environments.filter(hasRunner).length > 1;
}
