import fc from "fast-check";
import { below, field, type Field, oneOf, some, withMistakes } from "./kind";

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

export const podSpec: Field[] = [
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

export const pod = {
  containers: [{ name: "app", image: "example.org/app:1" }],
  volumes: [{ name: "v", emptyDir: {} }],
};
