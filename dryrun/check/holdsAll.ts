import { isDeepStrictEqual } from "node:util";
import type { PatchSchema } from "../kubernetes/patchSchema";
import { isMap } from "../render/objects";
import { dropsOthers, haveSameKeys, isReplaced, itemSchemaOf } from "./mergeRules";

/** Whether a live value already holds all that the manifest asks for, so that kubectl's patch is empty. */
export function holdsAll(live: unknown, wanted: unknown, schema: PatchSchema | undefined): boolean {
  if (Array.isArray(wanted) && Array.isArray(live)) return listHoldsAll(live, wanted, schema);
  if (!isMap(wanted) || !isMap(live)) return wanted === live;
  if (schema?.strategies.includes("replace")) return isDeepStrictEqual(wanted, live);
  if (dropsOthers(live, wanted, schema)) return false;
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(live, name) && holdsAll(live[name], value, schema?.field(name)),
  );
}

function listHoldsAll(live: unknown[], wanted: unknown[], schema: PatchSchema | undefined): boolean {
  if (!schema?.mergeKey || isReplaced(schema)) return isDeepStrictEqual(wanted, live);
  return (
    haveSameKeys(wanted, live, schema.mergeKey) &&
    wanted.every((item, at) => holdsAll(live[at], item, itemSchemaOf(schema)))
  );
}
