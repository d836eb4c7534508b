import { setTimeout } from "node:timers/promises";
import type { Cluster } from "../../sandbox/clusters/cluster";

/**
 * All that a cluster stores when its server has nothing more to write by itself, such as the conditions of a new API;
 * without leases and events, which it writes at any time.
 */
export async function storedIn(cluster: Cluster): Promise<Map<string, string>> {
  const read = async () => withoutOwnWrites(await cluster.dumpEtcd());
  let last = await read();
  for (let attempt = 0; attempt < 20; attempt++) {
    await setTimeout(500);
    const next = await read();
    if (changedKeys(last, next).length === 0) return next;
    last = next;
  }
  throw new Error("The API server does not stop writing.");
}

function withoutOwnWrites(all: Map<string, string>): Map<string, string> {
  return new Map([...all].filter(([key]) => !/^\/registry\/(?:leases|masterleases|events)\//.test(key)));
}

/** Keys that were added, changed or removed. */
export function changedKeys(before: Map<string, string>, after: Map<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}
