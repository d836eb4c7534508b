import { guardFlowSchema, guardPriorityLevel } from "./guardFlow";
import { defaultGuardedKinds, parseGuardedKinds } from "./guardKinds";
import type { Manifest } from "./guardManifest";
import { guardPolicy, guardPolicyBinding } from "./guardPolicy";
import { clusterWideRoles, namespacedRoles } from "./guardRoles";
import { parseReleaseKinds } from "./releaseKinds";
import { releaseRoles } from "./releaseRoles";

/** What the guard grants. */
export interface GuardOptions {
  /**
   * Kinds that the dry-run identity may get, create and patch, as kubectl takes them: `deployments.apps`, `services`.
   * @default {@link defaultGuardedKinds}
   */
  kinds?: readonly string[];
  /**
   * Namespaces to which those rights are confined.
   * @default the whole cluster
   */
  namespaces?: readonly string[];
  /**
   * Kinds that releases may write beside those above; without any, those above alone.
   * @default no release is applied, and its group has no rights
   */
  releaseKinds?: readonly string[];
}

/**
 * The guard: an admission policy that lets the group `pr-dry-run` send dry runs and nothing else, its share of the API
 * server, and the roles that say what it may dry-run. In the order in which they must be applied: a group that has
 * rights before the policy is in force could write.
 *
 * @throws Error that names every kind and namespace that cannot be granted
 */
export function guardManifests({
  kinds = defaultGuardedKinds,
  namespaces,
  releaseKinds,
}: GuardOptions = {}): Manifest[] {
  const granted = parseGuardedKinds(kinds);
  return [
    guardPolicy(),
    guardPolicyBinding(),
    guardPriorityLevel(),
    guardFlowSchema(),
    ...(namespaces ? namespacedRoles(granted, checkedNamespaces(namespaces)) : clusterWideRoles(granted)),
    ...(releaseKinds ? releaseRoles(parseReleaseKinds(kinds, releaseKinds)) : []),
  ];
}

function checkedNamespaces(namespaces: readonly string[]): string[] {
  const wrong = namespaces.filter((name) => !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong.length > 0) {
    throw new Error(`The guard cannot be confined to ${wrong.join(", ")}: that is no name of a Namespace.`);
  }
  if (namespaces.length === 0)
    throw new Error("The guard is confined to no namespace: name one, or leave it out.");
  return [...new Set(namespaces)].sort();
}
