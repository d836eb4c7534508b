/** A kind that the dry-run identity may get, create and patch, as RBAC names it. */
export interface GuardedKind {
  /** API group; empty for the core group. */
  group: string;
  /** Plural name of the resource, such as `deployments`. */
  resource: string;
}

/** What the guard grants where the settings name no kinds: what the manifests of applications are made of. */
export const defaultGuardedKinds = [
  "configmaps",
  "limitranges",
  "namespaces",
  "persistentvolumeclaims",
  "resourcequotas",
  "serviceaccounts",
  "services",
  "customresourcedefinitions.apiextensions.k8s.io",
  "daemonsets.apps",
  "deployments.apps",
  "statefulsets.apps",
  "horizontalpodautoscalers.autoscaling",
  "cronjobs.batch",
  "jobs.batch",
  "ingresses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
  "poddisruptionbudgets.policy",
  "priorityclasses.scheduling.k8s.io",
  "storageclasses.storage.k8s.io",
];

/** API groups of which the guard never grants anything, with the reason. */
const refusedGroups: Record<string, string> = {
  "rbac.authorization.k8s.io": "it hands out rights",
  "admissionregistration.k8s.io": "it holds the guard itself, which admission cannot protect",
  "authentication.k8s.io": "it tells who a token belongs to, and admission does not see it",
  "authorization.k8s.io": "it tells what others may do, and admission does not see it",
  "apiregistration.k8s.io": "it sends requests to other servers",
  "flowcontrol.apiserver.k8s.io": "it holds what keeps dry runs from starving the API server",
  "certificates.k8s.io": "it makes identities",
};

const aggregated = "another server than kube-apiserver answers it, past the guard";
/**
 * Groups that other servers than kube-apiserver answer, whose admission the guard is no part of. Sources:
 * kubernetes/metrics:pkg/apis, kubernetes-sigs/custom-metrics-apiserver. `guard -- install` asks the cluster itself.
 */
export const aggregatedGroups = ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io"];

const refusedCoreResources: Record<string, string> = {
  secrets: "a dry run answers with the whole object, so the right to patch is the right to read",
  bindings: "it is an order to the scheduler, not an object",
  nodes: "the kubelet takes rights on nodes for rights on all that runs there",
  componentstatuses: "it cannot be written",
};

// Names of resources and groups. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const kindPattern = new RegExp(`^(${label})(?:\\.(${label}(?:\\.${label})*))?$`);

/**
 * Reads kinds as kubectl takes them, `<plural>.<group>` or `<plural>` for the core group, and puts them in order.
 *
 * @throws Error that names every kind that the guard must not grant, with the reason
 */
export function parseGuardedKinds(kinds: readonly string[]): GuardedKind[] {
  return parseKinds(kinds, "The guard cannot grant these kinds:", refusalOfKind);
}

/**
 * Reads kinds, and puts them in order.
 *
 * @throws Error that names every kind that is refused, with the reason
 */
export function parseKinds(
  kinds: readonly string[],
  sentence: string,
  refusal: (kind: string) => string | undefined,
): GuardedKind[] {
  const problems = kinds.flatMap((kind) => {
    const problem = refusal(kind);
    return problem === undefined ? [] : [`${kind}: ${problem}`];
  });
  if (kinds.length === 0) problems.push("there is none: name at least one kind, such as deployments.apps");
  if (problems.length > 0) throw new Error([sentence, ...problems].join("\n  - "));
  return [...new Set(kinds)]
    .map(splitKind)
    .sort((a, b) => compare(a.group, b.group) || compare(a.resource, b.resource));
}

/** Why the guard must not grant a kind; undefined if it may. */
export function refusalOfKind(kind: string): string | undefined {
  if (kind.includes("/")) return "it is a subresource: the guard denies them all";
  const mistake = mistakeInKind(kind);
  if (mistake !== undefined) return mistake;
  const { group, resource } = splitKind(kind);
  if (group === "") return refusedCoreResources[resource];
  return aggregatedGroups.includes(group) ? aggregated : refusedGroups[group];
}

/** What is wrong with how a kind is written; undefined if nothing is. */
export function mistakeInKind(kind: string): string | undefined {
  if (kind.includes("*")) return "RBAC cannot take anything out of a wildcard again: name each kind";
  if (!kindPattern.test(kind))
    return "a kind is written <plural>.<group>, such as deployments.apps or services";
  return undefined;
}

/** The kind as kubectl and the settings write it. */
export function kindText({ group, resource }: GuardedKind): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** A kind as RBAC names it. */
export function splitKind(kind: string): GuardedKind {
  const dot = kind.indexOf(".");
  return dot === -1
    ? { group: "", resource: kind }
    : { group: kind.slice(dot + 1), resource: kind.slice(0, dot) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
