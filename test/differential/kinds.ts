import fc, { type Arbitrary } from "fast-check";
import type { Path } from "./fields";

/** A field that a manifest of a kind may have, with values that it may have. */
export interface Field {
  path: Path;
  values: Arbitrary<unknown>;
}

/** A kind of object, with what is needed in every manifest of it. */
export interface Kind {
  apiVersion: string;
  kind: string;
  isClusterScoped?: boolean;
  /** Objects that limit others of their namespace have one for themselves. */
  namespace?: string;
  /** The rest of the manifest beside `metadata`. */
  base: object;
  fields: Field[];
}

/** Marks a text that is written without quotes, whatever YAML makes of it. */
export const unquoted = (text: string) => `<unquoted>${text}</unquoted>`;

const oneOf = (...values: unknown[]) => fc.constantFrom(...values);
const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
const field = (path: string, ...values: unknown[]): Field => ({
  path: steps(path),
  values: oneOf(...values),
});

/** A field that now and then has a value that the server refuses. */
function withMistakes({ path, values }: Field, ...mistakes: unknown[]): Field {
  return {
    path,
    values: fc.oneof({ weight: 12, arbitrary: values }, { weight: 1, arbitrary: oneOf(...mistakes) }),
  };
}

function steps(path: string): Path {
  return path.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function below(prefix: string, fields: Field[]): Field[] {
  return fields.map(({ path, values }) => ({ path: [...steps(prefix), ...path], values }));
}

const metadata: Field[] = [
  field("metadata/labels/team", "web", "data", "", null),
  withMistakes(field("metadata/labels/version", "1", "2"), 3, unquoted("on")),
  field("metadata/annotations/note", "a", "b\nc\n", "<&>", "é漢", "", null),
  withMistakes(field("metadata/annotations/count", "1", "1e3"), unquoted("1e3"), unquoted("0o17"), true),
  field("metadata/annotations", null, {}),
  field("metadata/labels", null, {}),
  field("metadata/finalizers", ["example.org/keep"], [], null),
];

const ports = [
  { containerPort: 80 },
  { containerPort: 80, protocol: "UDP" },
  { containerPort: 80, protocol: "TCP", name: "http" },
  { containerPort: 8080, name: "alt", hostPort: 0 },
];

const variables = [
  { name: "A", value: "1" },
  { name: "A", value: "2" },
  { name: "B", value: "1" },
  { name: "C", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  { name: "C", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } } },
  { name: "C", value: "plain" },
  { name: "D" },
  { name: "E", value: "" },
  { name: "F", value: null },
];

const container: Field[] = [
  withMistakes(field("image", "example.org/app:1", "example.org/app:2", "example.org/app"), ""),
  withMistakes(field("imagePullPolicy", "Always", "IfNotPresent", null), "Sometimes"),
  { path: ["command"], values: oneOf(["run"], ["run", "--fast"], [], null) },
  { path: ["ports"], values: fc.oneof(some(...ports), oneOf([], null)) },
  { path: ["env"], values: fc.oneof(some(...variables), oneOf([], null)) },
  field(
    "resources/limits",
    { cpu: 1 },
    { cpu: "1" },
    { cpu: "1000m" },
    { memory: "1Gi" },
    { memory: "1024Mi" },
    {},
  ),
  field("resources/requests/cpu", "0.5", "500m", 0.5, null),
  field(
    "livenessProbe",
    { httpGet: { path: "/", port: 80 } },
    { httpGet: { port: "http" } },
    { exec: { command: ["x"] } },
  ),
  field(
    "securityContext",
    { runAsUser: 1000 },
    { runAsUser: 1000, allowPrivilegeEscalation: false },
    {},
    null,
  ),
  {
    path: ["volumeMounts"],
    values: some({ name: "v", mountPath: "/a" }, { name: "v", mountPath: "/b", readOnly: true }),
  },
];

const podSpec: Field[] = [
  ...below("containers/0", container),
  field(
    "containers/1",
    { name: "side", image: "example.org/side:1" },
    { name: "side", image: "example.org/side:2", tty: true },
  ),
  field("initContainers", [{ name: "init", image: "example.org/init:1" }], [], null),
  field("terminationGracePeriodSeconds", 30, 10, 0, null),
  field("dnsPolicy", "ClusterFirst", "Default"),
  field("nodeSelector", { disk: "ssd" }, { disk: "ssd", zone: "a" }, {}, null),
  {
    path: ["tolerations"],
    values: some({ key: "a", operator: "Exists" }, { key: "b", value: "c", effect: "NoSchedule" }),
  },
  {
    path: ["hostAliases"],
    values: some({ ip: "10.0.0.1", hostnames: ["a"] }, { ip: "10.0.0.2", hostnames: ["b", "c"] }),
  },
  { path: ["imagePullSecrets"], values: some({ name: "one" }, { name: "two" }, { name: "" }) },
  field(
    "topologySpreadConstraints",
    [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }],
    [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }],
  ),
  field("securityContext", {}, { runAsNonRoot: true }, { fsGroup: 1000, sysctls: [] }),
  field(
    "volumes",
    [{ name: "v", emptyDir: {} }],
    [{ name: "v", emptyDir: { medium: "Memory" } }],
    [{ name: "v", configMap: { name: "c" } }],
    [
      { name: "v", configMap: { name: "c", defaultMode: 420 } },
      { name: "w", emptyDir: null },
    ],
    [
      { name: "w", hostPath: { path: "/x" } },
      { name: "v", emptyDir: {} },
    ],
  ),
  field("affinity", { nodeAffinity: {} }, {}, null),
  withMistakes(field("shareProcessNamespace", true, false), "yes", 1),
  withMistakes(field("hostNetwork", false), true, "no"),
];

const pod = {
  containers: [{ name: "app", image: "example.org/app:1" }],
  volumes: [{ name: "v", emptyDir: {} }],
};
const template = { metadata: { labels: { app: "x" } }, spec: pod };
const selector = { matchLabels: { app: "x" } };

const inTemplate: Field[] = [
  ...below("spec/template/spec", podSpec),
  field("spec/template/metadata/annotations", { checksum: "1" }, { checksum: "2" }, null),
];

const workload: Field[] = [
  ...inTemplate,
  withMistakes(field("spec/revisionHistoryLimit", 10, 3, 0), "5"),
  withMistakes(field("spec/minReadySeconds", 1), -1),
  field("spec/minReadySeconds", 0, 5),
  withMistakes(field("spec/selector/matchLabels/app", "x"), "y"),
  withMistakes(field("spec/template/spec/restartPolicy", "Always"), "Never"),
];

const metric = (averageUtilization: number) => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

/** Every kind that cases are made of. */
export const kinds: Kind[] = [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    base: { spec: { selector, template } },
    fields: [
      ...metadata,
      ...workload,
      withMistakes(field("spec/replicas", 1, 2, 0, null), "3"),
      withMistakes(field("spec/unknownField", null), 1),
      field(
        "spec/strategy",
        { type: "Recreate" },
        { type: "RollingUpdate" },
        { rollingUpdate: { maxSurge: 1 } },
        { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        { type: "Recreate", rollingUpdate: null },
      ),
      field("spec/progressDeadlineSeconds", 600, 60),
      field("spec/paused", true, false),
    ],
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    base: { spec: { serviceName: "s", selector, template } },
    fields: [
      ...metadata,
      ...workload,
      field("spec/replicas", 1, 3),
      field("spec/serviceName", "s", "other"),
      field("spec/podManagementPolicy", "OrderedReady", "Parallel"),
      field(
        "spec/updateStrategy",
        { type: "OnDelete" },
        { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      ),
      field("spec/volumeClaimTemplates", [
        {
          metadata: { name: "d" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ]),
    ],
  },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    base: { spec: { selector, template } },
    fields: [
      ...metadata,
      ...workload,
      field("spec/updateStrategy", { type: "OnDelete" }, { type: "RollingUpdate" }),
    ],
  },
  {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    base: { spec: { selector, template } },
    fields: [...metadata, ...inTemplate, field("spec/replicas", 1, 2)],
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    base: { spec: { template: { spec: { ...pod, restartPolicy: "Never" } } } },
    fields: [
      ...metadata,
      ...inTemplate,
      field("spec/backoffLimit", 6, 1),
      field("spec/suspend", true, false),
      field("spec/ttlSecondsAfterFinished", 60, 0),
      field("spec/parallelism", 1, 2),
    ],
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    base: {
      spec: {
        schedule: "0 * * * *",
        jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: "OnFailure" } } } },
      },
    },
    fields: [
      ...metadata,
      ...below("spec/jobTemplate/spec/template/spec", podSpec),
      withMistakes(field("spec/schedule", "0 * * * *", "*/5 * * * *"), "never"),
      field("spec/concurrencyPolicy", "Allow", "Forbid"),
      field("spec/timeZone", "Asia/Tokyo", null),
      field("spec/suspend", false, true),
    ],
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    base: { spec: pod },
    fields: [...metadata, ...below("spec", podSpec), field("spec/activeDeadlineSeconds", 60, 30)],
  },
  {
    apiVersion: "v1",
    kind: "Service",
    base: { spec: { selector: { app: "x" }, ports: [{ port: 80 }] } },
    fields: [
      ...metadata,
      field("spec/type", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
      field("spec/clusterIP", "None", "10.0.0.200", ""),
      {
        path: ["spec", "ports"],
        values: some(
          { port: 80, name: "http" },
          { port: 80, name: "http", targetPort: 80 },
          { port: 80, name: "http", targetPort: "80" },
          { port: 80, name: "dns", protocol: "UDP" },
          { port: 443, name: "https", targetPort: "tls", protocol: "TCP" },
        ),
      },
      field("spec/selector", { app: "x" }, { app: "y", tier: "z" }, null),
      field("spec/sessionAffinity", "None", "ClientIP"),
      field("spec/externalTrafficPolicy", "Local", "Cluster"),
      field("spec/publishNotReadyAddresses", true, false),
    ],
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    base: { data: { a: "1" } },
    fields: [
      ...metadata,
      withMistakes(field("data/a", "1", "2", "one\ntwo\n", null), 1),
      withMistakes(
        field("data/b.conf", "x = 1\n\ty\n", "", " leading", unquoted("2020-01-01")),
        unquoted("yes"),
        unquoted("012"),
      ),
      field("data", null, {}),
      withMistakes(field("binaryData/c", "AAEC"), "not base64"),
      field("immutable", true, false),
    ],
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    base: { spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } } },
    fields: [
      ...metadata,
      field("spec/ingressClassName", "alb", "nginx"),
      field("spec/tls", [{ hosts: ["a.example.org"], secretName: "t" }], [{ hosts: ["b.example.org"] }], []),
      field(
        "spec/rules",
        [{ host: "a.example.org" }],
        [
          {
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "s", port: { name: "http" } } },
                },
              ],
            },
          },
        ],
        [{ http: { paths: [{ path: "/", backend: { service: { name: "s", port: { number: 80 } } } }] } }],
      ),
    ],
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    base: { spec: { podSelector: {} } },
    fields: [
      ...metadata,
      field("spec/policyTypes", ["Ingress"], ["Egress", "Ingress"], []),
      field(
        "spec/ingress",
        [{}],
        [{ ports: [{ port: 80 }] }],
        [{ ports: [{ port: "http", protocol: "TCP" }] }],
        [],
      ),
      field("spec/podSelector/matchLabels", { app: "x" }, {}),
    ],
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    base: {
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" } },
    },
    fields: [
      ...metadata,
      field("spec/minReplicas", 1, 2, 9),
      field("spec/maxReplicas", 3, 5),
      field("spec/metrics", [metric(80)], [metric(50)], []),
      field("spec/behavior", { scaleDown: { stabilizationWindowSeconds: 60 } }, {}),
    ],
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    base: { spec: { selector } },
    fields: [
      ...metadata,
      field("spec/minAvailable", 1, "1", "50%"),
      field("spec/maxUnavailable", 1, "25%"),
      field("spec/selector/matchLabels", { app: "x" }, { app: "y" }),
    ],
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    base: {},
    fields: [
      ...metadata,
      { path: ["imagePullSecrets"], values: some({ name: "one" }, { name: "two" }) },
      field("automountServiceAccountToken", false, true),
      field("secrets", [{ name: "s" }], []),
    ],
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    base: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
    fields: [
      ...metadata,
      field("spec/storageClassName", "gp3", "", null),
      field("spec/resources/requests/storage", "1Gi", "1024Mi", "2Gi"),
      field("spec/volumeMode", "Filesystem", "Block"),
    ],
  },
  {
    apiVersion: "v1",
    kind: "ResourceQuota",
    namespace: "limits",
    base: { spec: { hard: { "count/jobs.batch": "9" } } },
    fields: [...metadata, field("spec/hard/pods", 10, "10", "20"), field("spec/scopes", ["NotTerminating"])],
  },
  {
    apiVersion: "v1",
    kind: "LimitRange",
    namespace: "limits",
    base: { spec: { limits: [{ type: "Container", default: { cpu: "1" } }] } },
    fields: [
      ...metadata,
      field(
        "spec/limits",
        [{ type: "Container", default: { cpu: 1 }, max: { cpu: "2000m" } }],
        [{ type: "Pod", max: { cpu: 2 } }],
      ),
    ],
  },
  {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    isClusterScoped: true,
    base: { value: 1000 },
    fields: [
      ...metadata,
      field("value", 1000, 2000),
      field("description", "a", ""),
      field("preemptionPolicy", "Never"),
    ],
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    isClusterScoped: true,
    base: { provisioner: "ebs.csi.aws.com" },
    fields: [
      ...metadata,
      field("parameters", { type: "gp3" }, { type: "io2", iops: "100" }),
      field("reclaimPolicy", "Delete", "Retain"),
      field("allowVolumeExpansion", true, false),
      field("mountOptions", ["debug"], []),
    ],
  },
  {
    apiVersion: "v1",
    kind: "Namespace",
    isClusterScoped: true,
    base: {},
    fields: [...metadata],
  },
  {
    // With structural defaults and lists that are maps.
    apiVersion: "example.org/v1",
    kind: "Widget",
    base: { spec: {} },
    fields: [
      ...metadata,
      withMistakes(field("spec/size", 3, 5, null), "3", 11),
      withMistakes(field("spec/mode", "fast", "slow"), "odd"),
      field("spec/nested", {}, { on: true }, { on: false, depth: 2 }, null),
      {
        path: ["spec", "items"],
        values: some({ key: "a" }, { key: "b", weight: 1 }, { key: "c", weight: 7 }),
      },
      field("spec/port", 80, "80", "http"),
      withMistakes(field("spec/unknown", null), 1),
      field("status", { phase: "Ready" }),
    ],
  },
  {
    // Without a schema: everything is kept as it is.
    apiVersion: "example.org/v1",
    kind: "Gadget",
    base: { spec: { a: 1 } },
    fields: [
      ...metadata,
      field("spec/a", 1, "1", 1.5, null, true, { b: 1 }),
      field("spec/list", [1, 2], [2, 1], [{ name: "x" }], [{ name: "x", v: 1 }, { name: "y" }], []),
      field("spec/deep/er", { x: { y: "z" } }, {}, "text", unquoted("1e3"), unquoted("0x1F")),
      field("extra", "top", { more: [] }),
    ],
  },
  { apiVersion: "example.org/v2", kind: "Nowhere", base: {}, fields: metadata.slice(0, 1) },
];

/** What a Widget and a Gadget are. */
export const definitions = [
  definition("Widget", {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: { type: "integer", default: 3, maximum: 10 },
          mode: { type: "string", enum: ["fast", "slow"], default: "fast" },
          nested: {
            type: "object",
            default: {},
            properties: { on: { type: "boolean", default: true }, depth: { type: "integer" } },
          },
          port: { "x-kubernetes-int-or-string": true },
          items: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["key"],
            items: {
              type: "object",
              required: ["key"],
              properties: { key: { type: "string" }, weight: { type: "integer", default: 1 } },
            },
          },
        },
      },
      status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  }),
  definition("Gadget", { type: "object", "x-kubernetes-preserve-unknown-fields": true }),
];

function definition(kind: string, openAPIV3Schema: object) {
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${singular}s.example.org` },
    spec: {
      group: "example.org",
      names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}
