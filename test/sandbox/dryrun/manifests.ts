import { configMap } from "./dryRunWorld";
import { type Behaviour, webhookLabel } from "./webhook";

const json = (manifest: object) => JSON.stringify(manifest);

export function deployment(
  name: string,
  image: string,
  { app = name, ...more }: { app?: string; replicas?: number } = {},
) {
  return json({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas: 2,
      ...more,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          containers: [
            { name: "main", image, ports: [{ containerPort: 80 }], env: [{ name: "A", value: "1" }] },
          ],
          volumes: [{ name: "scratch", emptyDir: {} }],
        },
      },
    },
  });
}

export function job(name: string, image: string) {
  const containers = [{ name: "main", image }];
  const template = { spec: { restartPolicy: "Never", containers } };
  return json({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: "default" },
    spec: { template },
  });
}

export function namespace(name: string) {
  return json({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

export function secret(name: string, stringData: Record<string, string>) {
  return json({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "default" }, stringData });
}

export function role(name: string) {
  const metadata = { name, namespace: "default" };
  const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
  return json({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules });
}

/** The identity has no rights on it. */
export function lease(name: string) {
  return json({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "default" },
  });
}

export function watched(name: string, webhook: Behaviour, data: Record<string, string> = { a: "1" }) {
  const manifest = JSON.parse(configMap(name, data)) as { metadata: object };
  return json({ ...manifest, metadata: { ...manifest.metadata, labels: { [webhookLabel]: webhook } } });
}

export function gadget(name: string) {
  return json({
    apiVersion: "example.com/v1",
    kind: "Gadget",
    metadata: { name, namespace: "default" },
    spec: {},
  });
}

export const gadgetDefinition = json({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});
