import { overlayOf, type Files } from "../test/sandbox/dryrun/dryRunWorld";

/** One object in so many is changed. */
const changedEvery = 20;

/** Objects in one file of the overlay. */
const fileSize = 20;

/** An overlay of Deployments, Services and ConfigMaps, before or after a change. */
export function benchOverlay(size: number, isHead: boolean): Files {
  const files = Array.from({ length: Math.ceil(size / fileSize) }, (_, at) => at * fileSize);
  return overlayOf(files.map((from) => benchManifests(from, Math.min(from + fileSize, size), isHead)));
}

/** Objects from one number to below another, as one text of YAML. The changed ones are of every kind. */
export function benchManifests(from: number, to: number, isHead: boolean): string {
  return Array.from({ length: to - from }, (_, at) => from + at)
    .map((index) => JSON.stringify(manifest(index, isHead && isChanged(index))))
    .join("\n---\n");
}

function isChanged(index: number): boolean {
  return index % changedEvery === Math.floor(index / changedEvery) % changedEvery;
}

function manifest(index: number, changed: boolean): object {
  const name = `object-${String(index)}`;
  const metadata = { name, namespace: "default", labels: { app: name } };
  if (index % 5 === 3) return service(metadata, changed);
  if (index % 5 === 4) {
    return {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { version: changed ? "2" : "1", index: String(index) },
    };
  }
  return deployment(metadata, changed, changed && index % 3 === 0);
}

interface Metadata {
  name: string;
  namespace: string;
  labels: { app: string };
}

/** Without an address of its own: a cluster has few of them to give. */
function service(metadata: Metadata, changed: boolean): object {
  const ports = [{ name: "http", port: 80, targetPort: changed ? 8081 : 8080 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { clusterIP: "None", selector: metadata.labels, ports },
  };
}

/** @param losesVariable then what changes has to be merged by kubectl itself, also in the dry run. */
function deployment(metadata: Metadata, changed: boolean, losesVariable: boolean): object {
  const container = {
    name: "main",
    image: `example.org/app:${changed ? "2" : "1"}`,
    ports: [{ containerPort: 8080, name: "http" }],
    env: [
      ...(losesVariable ? [] : [{ name: "LEVEL", value: "info" }]),
      { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
  };
  const template = { metadata: { labels: metadata.labels }, spec: { containers: [container] } };
  const spec = { replicas: 2, selector: { matchLabels: metadata.labels }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}
