import { kindText, type GuardedKind } from "./guardKinds";
import type { Manifest } from "./guardManifest";
import { releaseGroup } from "./guardNames";
import { roleAndBinding, rulePerGroup, type Rule } from "./guardRoles";

/** Kinds that a release never deletes, because all that is in them goes with them. */
const neverDeleted = ["namespaces", "customresourcedefinitions.apiextensions.k8s.io"];

/** What a release looks at while it waits for a rollout, and to say why one does not get ready. */
const waiting: Rule[] = [
  { apiGroups: [""], resources: ["pods", "events"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
];

/**
 * The role and binding of what applies releases, in the whole cluster. It names each kind, and none of the verbs by which
 * rights grow: `escalate`, `bind`, `impersonate`.
 */
export function releaseRoles(kinds: GuardedKind[]): Manifest[] {
  const deleted = kinds.filter((kind) => !neverDeleted.includes(kindText(kind)));
  return roleAndBinding(releaseGroup, [
    ...rulePerGroup(kinds, ["get", "list", "watch", "create", "patch"]),
    ...rulePerGroup(deleted, ["delete"]),
    ...waiting,
  ]);
}
