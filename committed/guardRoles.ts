import { guardedGroup, guardLabels } from "./guardNames";
import type { GuardedKind } from "./guardKinds";
import type { Manifest } from "./guardManifest";

const apiGroup = "rbac.authorization.k8s.io";
const apiVersion = `${apiGroup}/v1`;

/** A rule of a role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** Kinds that are in no namespace, among those that Kubernetes itself has and manifests name. */
const clusterScoped = new Set([
  "namespaces",
  "persistentvolumes",
  "customresourcedefinitions.apiextensions.k8s.io",
  "ingressclasses.networking.k8s.io",
  "runtimeclasses.node.k8s.io",
  "priorityclasses.scheduling.k8s.io",
  "csidrivers.storage.k8s.io",
  "storageclasses.storage.k8s.io",
  "volumeattributesclasses.storage.k8s.io",
]);

/** The role and binding that let the group dry-run the kinds in the whole cluster. */
export function clusterWideRoles(kinds: GuardedKind[]): Manifest[] {
  return roleAndBinding(guardedGroup, [...rules(kinds), probe]);
}

/**
 * The roles and bindings that let the group dry-run in some namespaces only. What is in no namespace stays with the
 * cluster-wide role; kinds of CustomResourceDefinitions count as being in one.
 */
export function namespacedRoles(kinds: GuardedKind[], namespaces: string[]): Manifest[] {
  const isClusterScoped = ({ group, resource }: GuardedKind) =>
    clusterScoped.has(group === "" ? resource : `${resource}.${group}`);
  const inNamespaces = rules(kinds.filter((kind) => !isClusterScoped(kind)));
  return [
    ...roleAndBinding(guardedGroup, [...rules(kinds.filter(isClusterScoped)), probe]),
    ...(inNamespaces.length === 0
      ? []
      : namespaces.flatMap((namespace) => roleAndBinding(guardedGroup, inNamespaces, namespace))),
  ];
}

// The dry run proves the guard by a create of the Namespace "default", which only the policy may deny: a denial by RBAC
// would prove nothing.
const probe: Rule = { apiGroups: [""], resources: ["namespaces"], verbs: ["create"] };

/** `kubectl diff` and `kubectl apply` send nothing but these verbs: update is none of them. */
function rules(kinds: GuardedKind[]): Rule[] {
  return rulePerGroup(kinds, ["get", "create", "patch"]);
}

/** One rule a group. */
export function rulePerGroup(kinds: GuardedKind[], verbs: string[]): Rule[] {
  const groups = [...new Set(kinds.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: kinds.filter((kind) => kind.group === group).map(({ resource }) => resource),
    verbs,
  }));
}

/** A role of a group's name, and its binding to the group. */
export function roleAndBinding(group: string, rules: Rule[], namespace?: string): Manifest[] {
  const metadata = { name: group, ...(namespace && { namespace }), labels: guardLabels };
  const kind = namespace ? "Role" : "ClusterRole";
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup, kind, name: group },
      subjects: [{ apiGroup, kind: "Group", name: group }],
    },
  ];
}
