import type { PatchSchema } from "../kubernetes/patchSchema";
import { asMap, type Json } from "../render/objects";

/** Whether a list is replaced as a whole. */
export function isReplaced({ strategies }: PatchSchema): boolean {
  return !strategies.includes("merge");
}

/** The values by which the items of a list are merged; undefined if an item has none, or two have the same. */
export function mergeKeysOf(items: unknown[], mergeKey: string): unknown[] | undefined {
  const keys = items.map((item) => asMap(item)[mergeKey]);
  return keys.includes(undefined) || new Set(keys).size !== keys.length ? undefined : keys;
}

/** Whether two lists have items of the same keys in the same order, each key once. */
export function haveSameKeys(one: unknown[], other: unknown[], mergeKey: string): boolean {
  const [keys, otherKeys] = [mergeKeysOf(one, mergeKey), mergeKeysOf(other, mergeKey)];
  if (!keys || !otherKeys || keys.length !== otherKeys.length) return false;
  return keys.every((key, at) => key === otherKeys[at]);
}

/** The schema of each item. `merge,retainKeys` of a list speaks of its items. */
export function itemSchemaOf(list: PatchSchema): PatchSchema | undefined {
  const item = list.item();
  return item && { ...item, strategies: list.strategies.filter((strategy) => strategy !== "merge") };
}

/** Whether kubectl takes away what a manifest does not name, such as the other members of a union. */
export function dropsOthers(live: Json, wanted: Json, schema: PatchSchema | undefined): boolean {
  if (!schema?.strategies.includes("retainKeys")) return false;
  return !Object.keys(live).every((name) => Object.hasOwn(wanted, name));
}
