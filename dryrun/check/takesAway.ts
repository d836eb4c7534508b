import { isDeepStrictEqual } from "node:util";
import type { PatchSchema } from "../kubernetes/patchSchema";
import { asMap, isMap } from "../render/objects";
import { isReplaced, itemSchemaOf, mergeKeysOf } from "./mergeRules";

/**
 * Whether kubectl would take a field or an item of a merged list out of the live object, because it applied it before
 * and the manifest does not have it any more. What is not certain counts as such.
 */
export function takesAway(before: unknown, wanted: unknown, schema: PatchSchema | undefined): boolean {
  if (Array.isArray(before) && Array.isArray(wanted)) return takesItemsAway(before, wanted, schema);
  if (!isMap(before) || !isMap(wanted)) return false;
  return Object.entries(before).some(
    ([name, value]) => !Object.hasOwn(wanted, name) || takesAway(value, wanted[name], schema?.field(name)),
  );
}

function takesItemsAway(before: unknown[], wanted: unknown[], schema: PatchSchema | undefined): boolean {
  if (schema && isReplaced(schema)) return false;
  if (!schema?.mergeKey) return !isDeepStrictEqual(before, wanted);
  const { mergeKey } = schema;
  if (!mergeKeysOf(before, mergeKey)) return true;
  const byKey = new Map(wanted.map((item) => [asMap(item)[mergeKey], item]));
  return before.some((item) => {
    const key = asMap(item)[mergeKey];
    return !byKey.has(key) || takesAway(item, byKey.get(key), itemSchemaOf(schema));
  });
}
