import { objectPath } from "../../../dryrun/kubernetes/discovery";
import type { Json } from "../../../dryrun/render/objects";
import type { ReleaseWorld } from "../apply/releaseWorld";

/** How many objects a release of the fault runs has. */
export const size = 200;

/** The objects of a release in a namespace of its own, before and after it: a third is new, a third changes. */
export function releaseObjects(namespace: string, isAfter: boolean): object[] {
  return Array.from({ length: size }, (_, index) => index)
    .filter((index) => isAfter || index % 3 !== 0)
    .map((index) => objectOf(index, namespace, isAfter && index % 3 === 1));
}

/** A few lose a field by the change: kubectl itself must merge them. */
function objectOf(index: number, namespace: string, isChanged: boolean): object {
  const metadata = { name: `object-${String(index)}`, namespace, labels: { app: `object-${String(index)}` } };
  const version = isChanged ? "2" : "1";
  if (index === 0) return { apiVersion: "v1", kind: "Namespace", metadata: { name: `${namespace}-more` } };
  if (index % 10 === 1)
    return { apiVersion: "v1", kind: "Secret", metadata, stringData: { key: `value ${version}` } };
  if (index % 10 === 2)
    return { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, annotations: { version } } };
  if (index % 10 < 5) {
    const image = `example.org/app:${version}`;
    const template = {
      metadata: { labels: metadata.labels },
      spec: { containers: [{ name: "main", image }] },
    };
    const spec = { replicas: 2, selector: { matchLabels: metadata.labels }, template };
    return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
  }
  const loses = index % 90 === 7;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: { version, ...(!(loses && isChanged) && { more: "1" }) },
  };
}

const collections = {
  Secret: ["/api/v1", "secrets"],
  ServiceAccount: ["/api/v1", "serviceaccounts"],
  Deployment: ["/apis/apps/v1", "deployments"],
  ConfigMap: ["/api/v1", "configmaps"],
} as const;

/** What the cluster has of a release, by kind and name: without what differs from object to object of the same content. */
export async function stateOf(world: ReleaseWorld, namespace: string): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  for (const [kind, [root, plural]] of Object.entries(collections)) {
    const { code, body } = await world.api.send({ path: `${root}/namespaces/${namespace}/${plural}` });
    if (code !== 200) throw new Error(JSON.stringify(body));
    for (const item of body.items as Json[])
      state.set(`${kind} ${nameOf(item)}`, comparable(item, namespace));
  }
  const more = objectPath(
    { root: "/api/v1", plural: "namespaces", isNamespaced: false },
    "",
    `${namespace}-more`,
  );
  const found = await world.live(more);
  if (found) state.set("Namespace more", comparable(found, namespace));
  return state;
}

function nameOf({ metadata }: Json): string {
  return String((metadata as Json).name);
}

/** An object's content: its status belongs to controllers, and it may have been written at another time. */
export function comparable(object: Json, namespace: string): string {
  const { status, metadata, ...rest } = object;
  void status;
  const { uid, resourceVersion, creationTimestamp, managedFields, ...kept } = metadata as Json;
  void [uid, resourceVersion, creationTimestamp];
  const managers = ((managedFields ?? []) as Json[]).filter(({ subresource }) => subresource !== "status");
  const untimed = managers.map(({ time, ...manager }) => [manager, void time][0]);
  return JSON.stringify({ ...rest, metadata: { ...kept, managedFields: untimed } }, sortedKeys).replaceAll(
    namespace,
    "NAMESPACE",
  );
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
