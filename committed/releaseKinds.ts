import { aggregatedGroups, mistakeInKind, parseKinds, splitKind, type GuardedKind } from "./guardKinds";

const question = "it is a question to the API server, not an object";

/**
 * API groups that a release never writes, with the reason. What hands out rights is not among them: Kubernetes lets
 * nobody hand out more than they have, and a release may neither `escalate` nor `bind`.
 */
const refusedGroups: Record<string, string> = {
  "admissionregistration.k8s.io": "it holds the guard, which a person installs",
  "authentication.k8s.io": question,
  "authorization.k8s.io": question,
  "flowcontrol.apiserver.k8s.io": "it holds the guard's share of the API server",
  "certificates.k8s.io": "it makes identities",
};

const refusedCoreResources: Record<string, string> = {
  bindings: "it is an order to the scheduler, not an object",
  nodes: "the kubelet makes them",
  componentstatuses: "it cannot be written",
};

/** Why a release must not write a kind; undefined if it may. */
export function refusalOfReleaseKind(kind: string): string | undefined {
  if (kind.includes("/")) return "it is a subresource: a release applies objects";
  const mistake = mistakeInKind(kind);
  if (mistake !== undefined) return mistake;
  const { group, resource } = splitKind(kind);
  if (group === "") return refusedCoreResources[resource];
  return aggregatedGroups.includes(group) ? "another server keeps it, and no manifest" : refusedGroups[group];
}

/**
 * Reads the kinds that a release may write: those that pull requests may dry-run, and those that it may write on top.
 *
 * @throws Error that names every kind that a release must not write, with the reason
 */
export function parseReleaseKinds(guarded: readonly string[], more: readonly string[]): GuardedKind[] {
  return parseKinds([...guarded, ...more], "A release cannot write these kinds:", refusalOfReleaseKind);
}
