import { below, field, type Field, type Kind, withMistakes } from "./kind";
import { metadata } from "./metadata";
import { pod, podSpec } from "./pod";

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

/** Kinds that run containers. */
export const workloads: Kind[] = [
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
];
