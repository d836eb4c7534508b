import { isDeepStrictEqual } from "node:util";
import type { PatchSchema } from "../kubernetes/patchSchema";
import { isMap, type Json } from "../render/objects";
import { dropsOthers, haveSameKeys, isReplaced, itemSchemaOf } from "./mergeRules";

/**
 * Whether the server comes to the same object from all of a manifest as from kubectl's patch, which holds only what
 * differs, and orders for what must go and how lists are sorted. So it is where a manifest adds fields or gives them
 * other values, and where no merged list gets other items or another order.
 */
export function mergesAlike(live: unknown, wanted: unknown, schema: PatchSchema | undefined): boolean {
  if (Array.isArray(wanted) && Array.isArray(live)) return listMergesAlike(live, wanted, schema);
  if (!isMap(wanted) || !isMap(live)) return typeof wanted !== "object" && typeof wanted === typeof live;
  if (!schema || schema.strategies.includes("replace")) return isDeepStrictEqual(wanted, live);
  if (dropsOthers(live, wanted, schema)) return false;
  return namesAlike(live, wanted, schema);
}

function namesAlike(live: Json, wanted: Json, schema: PatchSchema): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => !Object.hasOwn(live, name) || mergesAlike(live[name], value, schema.field(name)),
  );
}

function listMergesAlike(live: unknown[], wanted: unknown[], schema: PatchSchema | undefined): boolean {
  if (schema && isReplaced(schema)) return true;
  if (!schema?.mergeKey) return isDeepStrictEqual(wanted, live);
  return (
    haveSameKeys(wanted, live, schema.mergeKey) &&
    wanted.every((item, at) => mergesAlike(live[at], item, itemSchemaOf(schema)))
  );
}
