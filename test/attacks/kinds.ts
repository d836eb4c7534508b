/** A kind of object of which the attacked cluster holds one, named `target`. */
export interface TargetKind {
  /** `v1`, or group and version. */
  apiVersion: string;
  kind: string;
  resource: string;
  namespaced: boolean;
  /** Whether the guard under attack grants get, create and patch of it. */
  granted: boolean;
  /** Whether admission never sees it: the policies themselves, which would otherwise have to judge themselves. */
  unseen?: true;
  /** The object without apiVersion, kind and metadata. */
  content: object;
  /** Name of the object, where the kind has an opinion. @default "target" */
  name?: string;
}

/** Namespace of the attacked objects. */
export const namespace = "team";

const labels = { app: "target" };
const resources = { requests: { cpu: "1" } };
const podSpec = { containers: [{ name: "main", image: "registry.example.org/main:1", resources }] };
const podTemplate = { metadata: { labels }, spec: { ...podSpec, restartPolicy: "Always" } };
const jobTemplate = { spec: { ...podSpec, restartPolicy: "Never" } };
const workload = { selector: { matchLabels: labels }, template: podTemplate };
const webhook = {
  name: "target.example.org",
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  failurePolicy: "Ignore",
  clientConfig: { url: "https://127.0.0.1:1/" },
  // No such group: the webhook is never called.
  rules: [
    { apiGroups: ["none.example.org"], apiVersions: ["*"], operations: ["CREATE"], resources: ["none"] },
  ],
};

/** The kind of custom objects of the attacked cluster. */
export const customKind = { group: "example.org", plural: "widgets", kind: "Widget" };

/** The definition of the custom kind, with both subresources that a custom kind can have. */
export const customResourceDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.org" },
  spec: definition("widgets", "Widget"),
};

function definition(plural: string, kind: string) {
  return {
    group: "example.org",
    scope: "Namespaced",
    names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
        },
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    ],
  };
}

const kinds: Omit<TargetKind, "namespaced" | "granted">[][] = [
  // In a namespace, granted by the guard under attack.
  [
    { apiVersion: "v1", kind: "ConfigMap", resource: "configmaps", content: { data: { a: "1" } } },
    {
      apiVersion: "v1",
      kind: "Service",
      resource: "services",
      content: { spec: { ports: [{ port: 80 }], selector: labels } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", resource: "serviceaccounts", content: {} },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      resource: "persistentvolumeclaims",
      content: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
    },
    { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", content: { spec: workload } },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      resource: "statefulsets",
      content: { spec: { ...workload, serviceName: "target" } },
    },
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      resource: "horizontalpodautoscalers",
      content: {
        spec: {
          maxReplicas: 2,
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "target" },
        },
      },
    },
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      resource: "cronjobs",
      content: { spec: { schedule: "0 0 * * *", jobTemplate: { spec: { template: jobTemplate } } } },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      resource: "networkpolicies",
      content: { spec: { podSelector: {} } },
    },
    {
      apiVersion: "example.org/v1",
      kind: customKind.kind,
      resource: customKind.plural,
      content: { spec: { replicas: 1 } },
    },
  ],
  // In no namespace, granted.
  [
    { apiVersion: "v1", kind: "Namespace", resource: "namespaces", content: {} },
    {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      resource: "customresourcedefinitions",
      name: "gadgets.example.org",
      content: { spec: definition("gadgets", "Gadget") },
    },
    {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      resource: "priorityclasses",
      content: { value: 1 },
    },
  ],
  // In a namespace, not granted.
  [
    { apiVersion: "v1", kind: "Pod", resource: "pods", content: { spec: podSpec } },
    { apiVersion: "v1", kind: "PodTemplate", resource: "podtemplates", content: { template: podTemplate } },
    { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets", content: { spec: workload } },
    { apiVersion: "coordination.k8s.io/v1", kind: "Lease", resource: "leases", content: { spec: {} } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      resource: "endpointslices",
      content: { addressType: "IPv4", endpoints: [] },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      resource: "roles",
      content: { rules: [] },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      resource: "rolebindings",
      content: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "target" } },
    },
  ],
  // In no namespace, not granted.
  [
    { apiVersion: "v1", kind: "Node", resource: "nodes", content: {} },
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      resource: "persistentvolumes",
      content: {
        spec: {
          capacity: { storage: "1Gi" },
          accessModes: ["ReadWriteOnce"],
          csi: { driver: "csi.example.org", volumeHandle: "target" },
        },
      },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      resource: "clusterroles",
      content: { rules: [] },
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      resource: "clusterrolebindings",
      content: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "target" } },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      resource: "validatingwebhookconfigurations",
      content: { webhooks: [webhook] },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      resource: "mutatingwebhookconfigurations",
      content: { webhooks: [webhook] },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      resource: "validatingadmissionpolicies",
      unseen: true,
      content: {
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ["none.example.org"],
                apiVersions: ["*"],
                operations: ["CREATE"],
                resources: ["none"],
              },
            ],
          },
          validations: [{ expression: "true" }],
        },
      },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      resource: "validatingadmissionpolicybindings",
      unseen: true,
      content: { spec: { policyName: "target", validationActions: ["Deny"] } },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      resource: "apiservices",
      name: "v1.none.example.org",
      content: {
        spec: { group: "none.example.org", version: "v1", groupPriorityMinimum: 1, versionPriority: 1 },
      },
    },
  ],
];

const scopes = [
  { namespaced: true, granted: true },
  { namespaced: false, granted: true },
  { namespaced: true, granted: false },
  { namespaced: false, granted: false },
];

/** All kinds under attack, but Secrets: they have rows of their own. */
export const targetKinds: TargetKind[] = kinds.flatMap((some, index) =>
  some.map((kind) => ({ ...kind, ...(scopes[index] as (typeof scopes)[0]) })),
);

/** The kinds that the guard under attack grants, as the settings name them. */
export const grantedKinds = targetKinds
  .filter(({ granted }) => granted)
  .map(({ apiVersion, resource }) => [resource, groupOf(apiVersion)].filter(Boolean).join("."));

/** The kind of this resource. */
export function targetKind(resource: string): TargetKind {
  const found = targetKinds.find((kind) => kind.resource === resource);
  if (!found) throw new Error(`No kind under attack is called ${resource}.`);
  return found;
}

/** API group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Path of all objects of a kind, in the attacked namespace where it is in one. */
export function collectionPath(kind: Pick<TargetKind, "apiVersion" | "resource" | "namespaced">): string {
  const root = kind.apiVersion === "v1" ? "/api" : "/apis";
  const inNamespace = kind.namespaced ? `/namespaces/${namespace}` : "";
  return `${root}/${kind.apiVersion}${inNamespace}/${kind.resource}`;
}

/** Path of the one object of a kind that is there. */
export function targetPath(kind: TargetKind): string {
  return `${collectionPath(kind)}/${kind.name ?? "target"}`;
}

/** The whole object, or another one of the kind. */
export function objectOf(kind: TargetKind, name = kind.name ?? "target"): Record<string, unknown> {
  const { apiVersion, content, namespaced } = kind;
  return {
    apiVersion,
    kind: kind.kind,
    metadata: { name, ...(namespaced && { namespace }), labels },
    ...content,
  };
}
