import { setTimeout as sleep } from "node:timers/promises";
import { changedKeys } from "../stored";
import type { Client } from "../client";

/** What the server itself writes at any time. */
const ownWrites = /^(?:leases|events|endpoints|endpointslices|componentstatuses)$/;

interface Listed {
  items: { metadata: { name: string; namespace?: string } & Record<string, unknown> }[];
}

/**
 * All objects that a cluster has, by their place, once the server has nothing more to write by itself. Without what
 * every reading would show otherwise.
 */
export async function allObjects(administrator: Client): Promise<Map<string, string>> {
  let last = await readObjects(administrator);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await sleep(500);
    const next = await readObjects(administrator);
    if (changedKeys(last, next).length === 0) return next;
    last = next;
  }
  throw new Error("The API server does not stop writing.");
}

async function readObjects(administrator: Client): Promise<Map<string, string>> {
  const get = async <T>(path: string): Promise<T> => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { status } = await administrator.send({ method: "GET", path });
      // A kind that is new has no store yet.
      if (status !== 429) break;
      await sleep(500);
    }
    return (await administrator.expect({ method: "GET", path })) as T;
  };
  const { groups } = await get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
  const roots = [
    "/api/v1",
    ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ];
  const objects = new Map<string, string>();
  for (const root of roots) {
    // An APIService can name an API that nobody serves: one of the targets does.
    if ((await administrator.send({ method: "GET", path: root })).status === 404) continue;
    const { resources } = await get<{ resources: { name: string; verbs: string[] }[] }>(root);
    const listed = resources.filter(({ name, verbs }) => verbs.includes("list") && !ownWrites.test(name));
    for (const { name } of listed) {
      for (const item of (await get<Listed>(`${root}/${name}`)).items) {
        const { resourceVersion, managedFields, ...metadata } = item.metadata;
        void [resourceVersion, managedFields];
        objects.set(
          `${root}/${name}/${metadata.namespace ?? ""}/${metadata.name}`,
          JSON.stringify({ ...item, metadata }),
        );
      }
    }
  }
  return objects;
}
