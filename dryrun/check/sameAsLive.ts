import { isDeepStrictEqual } from "node:util";
import type { PatchSchema } from "../kubernetes/patchSchema";
import { asMap, type Json, type KubernetesObject } from "../render/objects";
import { lastAppliedAnnotation, lastAppliedOf, lastAppliedText } from "./lastApplied";

/**
 * What `kubectl apply` would send for an object that is there: nothing, or only its own annotation. Anything else, and
 * all that is not certain, is for kubectl itself to work out (`ask kubectl`).
 */
export type Needed = "nothing" | "annotation" | "ask kubectl";

/**
 * Compares a manifest with the live object as kubectl's three-way merge does where nothing changes
 * (kubernetes/apimachinery:pkg/util/strategicpatch/patch.go).
 * @param schema of its kind; absent is not certain.
 */
export function neededFor(
  object: KubernetesObject,
  manifest: Json,
  live: Json,
  schema?: PatchSchema,
): Needed {
  if (object.isAmbiguous || !schema || holdsNull(manifest)) return "ask kubectl";
  if (lastAppliedAnnotation in asMap(asMap(manifest.metadata).annotations)) return "ask kubectl";
  if (!isWithin(manifest, live, schema)) return "ask kubectl";
  const applied = lastAppliedOf(live);
  const text = lastAppliedText(manifest);
  if (applied === text) return "nothing";
  // Nothing to take away: kubectl applied it never, or this very manifest in another wording.
  if (applied === undefined) return "annotation";
  return isSameJson(applied, text) ? "annotation" : "ask kubectl";
}

/** Whether a live value already holds all that the manifest asks for, so that the merge is empty. */
function isWithin(wanted: unknown, live: unknown, schema: PatchSchema | undefined): boolean {
  if (Array.isArray(wanted)) return Array.isArray(live) && isListWithin(wanted, live, schema);
  if (typeof wanted !== "object" || wanted === null) return wanted === live;
  if (typeof live !== "object" || live === null || Array.isArray(live)) return false;
  const strategies = schema?.strategies ?? [];
  if (strategies.includes("replace")) return isDeepStrictEqual(wanted, live);
  const [entries, liveMap] = [Object.entries(wanted), live as Json];
  // Of these kubectl takes away what the manifest does not name, such as the other members of a union.
  if (strategies.includes("retainKeys") && Object.keys(liveMap).length !== entries.length) return false;
  return entries.every(
    ([name, value]) => Object.hasOwn(liveMap, name) && isWithin(value, liveMap[name], schema?.field(name)),
  );
}

function isListWithin(wanted: unknown[], live: unknown[], schema: PatchSchema | undefined): boolean {
  if (wanted.length !== live.length) return false;
  const { mergeKey, strategies = [] } = schema ?? {};
  if (!mergeKey || !strategies.includes("merge")) return isDeepStrictEqual(wanted, live);
  const keys = wanted.map((item) => asMap(item)[mergeKey]);
  if (keys.includes(undefined) || new Set(keys).size !== keys.length) return false;
  const item = schema?.item();
  // `merge,retainKeys` speaks of the list's items.
  const itemSchema = item && { ...item, strategies: strategies.filter((strategy) => strategy !== "merge") };
  return wanted.every(
    (value, at) => asMap(live[at])[mergeKey] === keys[at] && isWithin(value, live[at], itemSchema),
  );
}

function holdsNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === "object" && Object.values(value).some(holdsNull);
}

function isSameJson(one: unknown, other: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(String(one)), JSON.parse(other));
  } catch {
    return false;
  }
}
