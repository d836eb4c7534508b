import { field, type Kind } from "./kind";
import { metadata } from "./metadata";

const metric = (averageUtilization: number) => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

const selector = { matchLabels: { app: "x" } };

/** Kinds that limit others, or scale them. */
export const limits: Kind[] = [
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
];
