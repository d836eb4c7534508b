import type { CommittedApply, CommittedEnvironment, CommittedRunner } from "../environment";

/** The target repository as far as releases of it are applied. */
export interface CommittedRelease {
  /** `owner/name`. */
  repository: string;
  /** Its default branch: what applies is taken from it, and only its commits are applied. */
  branch: string;
  /**
   * Names of environments in the order in which a release is applied to them. Those that are not named come last.
   * @default the order of the registry
   */
  order?: string[];
  /** What a release may write beside the guarded kinds. @default nothing */
  applyKinds?: string[];
}

/** An environment that releases are applied to. */
export type AppliedEnvironment = CommittedEnvironment & {
  runner: CommittedRunner & { apply: CommittedApply };
};

/** The environments that releases are applied to, in their order. */
export function appliedEnvironments(
  environments: CommittedEnvironment[],
  order: string[] = [],
): AppliedEnvironment[] {
  const rank = ({ name }: CommittedEnvironment) =>
    order.includes(name) ? order.indexOf(name) : order.length;
  return environments.filter(isApplied).sort((one, other) => rank(one) - rank(other));
}

function isApplied(environment: CommittedEnvironment): environment is AppliedEnvironment {
  return environment.runner?.apply !== undefined;
}

/** Id of the job that has a release applied to an environment. */
export function applyJob({ name }: { name: string }): string {
  return `apply-${name}`;
}

/** Name of the workflow that a release starts. */
export const releaseWorkflowName = "K8s Apply";
