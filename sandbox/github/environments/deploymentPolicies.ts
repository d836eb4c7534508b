import picomatch from "picomatch";
import type { DeploymentEnvironment } from "./environment";

/**
 * Whether the environment's policies let a ref deploy. A pull request is its merge, whose ref counts as a branch with all of
 * its name: https://github.blog/changelog/2025-11-07-actions-pull_request_target-and-environment-branch-protections-changes/
 *
 * @param ref full, such as `refs/tags/v1`
 */
export function mayDeploy({ hasCustomPolicies, policies }: DeploymentEnvironment, ref: string): boolean {
  const { type, name } = refParts(ref);
  return !hasCustomPolicies || policies.some((policy) => policy.type === type && matches(policy.name, name));
}

/** What GitHub says of a job whose ref may not: https://github.com/actions/deploy-pages/issues/151 */
export function deploymentRefusal({ name }: DeploymentEnvironment, ref: string): string {
  const { type, name: refName } = refParts(ref);
  const kind = type === "branch" ? "Branch" : "Tag";
  return `${kind} "${refName}" is not allowed to deploy to ${name} due to environment protection rules.`;
}

/** Ruby's `File.fnmatch` with paths: https://docs.github.com/rest/deployments/branch-policies#create-a-deployment-branch-policy */
export function matches(pattern: string, name: string): boolean {
  return picomatch(pattern, { nobrace: true, noextglob: true, nonegate: true })(name);
}

function refParts(ref: string): { type: "branch" | "tag"; name: string } {
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  return { type: kind === "tags" ? "tag" : "branch", name };
}
