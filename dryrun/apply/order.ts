import { groupOf, isNamespace, isRole, type KubernetesObject } from "../render/objects";

/** Kinds that others refer to, and that say nothing to anybody before they are referred to. */
const referredTo: Record<string, string[]> = {
  "": [
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "LimitRange",
    "ResourceQuota",
  ],
  "rbac.authorization.k8s.io": ["ClusterRoleBinding", "RoleBinding"],
  "storage.k8s.io": ["StorageClass"],
  "scheduling.k8s.io": ["PriorityClass"],
  "networking.k8s.io": ["IngressClass", "NetworkPolicy"],
};

/** The waves in which objects are applied: none begins before all of the one before are in the cluster. */
const waves: ((object: KubernetesObject) => boolean)[] = [
  isNamespace,
  isDefinition,
  // The server reads a role to let somebody bind it who may not bind any.
  isRole,
  ({ kind, ...object }) => referredTo[groupOf(object)]?.includes(kind) ?? false,
  () => true,
];

/** Objects in dependency order: namespaces, definitions of kinds, roles, what others refer to, the rest. */
export function inWaves(objects: KubernetesObject[]): KubernetesObject[][] {
  const wave = (object: KubernetesObject) => waves.findIndex((belongs) => belongs(object));
  return waves
    .map((_, at) => objects.filter((object) => wave(object) === at))
    .filter((some) => some.length > 0);
}

/** Whether an object defines a kind. */
export function isDefinition(object: KubernetesObject): boolean {
  return object.kind === "CustomResourceDefinition" && groupOf(object) === "apiextensions.k8s.io";
}
