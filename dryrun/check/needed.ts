import type { KindSchema } from "../kubernetes/patchSchema";
import { isMap, type Json, type KubernetesObject } from "../render/objects";
import { holdsAll } from "./holdsAll";
import { lastAppliedOf, lastAppliedText, withLastApplied } from "./lastApplied";
import { mergesAlike } from "./mergesAlike";
import { takesAway } from "./takesAway";

/**
 * What has to be sent for an object that is there, to learn what `kubectl apply` does with it. Nothing, where kubectl
 * sends nothing either. The whole manifest, where the server makes the same of it as of the patch that kubectl works
 * out. Anything else, and all that is not certain, is for kubectl itself.
 */
export type Needed = "nothing" | "whole manifest" | "ask kubectl";

/**
 * Compares a manifest with the live object and with what kubectl applied last, by the rules of kubectl's three-way
 * merge (kubernetes/apimachinery:pkg/util/strategicpatch/patch.go).
 * @param kind absent is not certain.
 */
export function neededFor(object: KubernetesObject, manifest: Json, live: Json, kind?: KindSchema): Needed {
  if (object.isAmbiguous || !kind || holdsOrders(manifest)) return "ask kubectl";
  if (lastAppliedOf(manifest) !== undefined) return "ask kubectl";
  const applied = lastAppliedOf(live);
  if (applied === lastAppliedText(manifest) && holdsAll(live, manifest, kind.schema)) return "nothing";
  const before = applied === undefined ? {} : parsed(applied);
  const wanted = withLastApplied(manifest);
  if (!before || takesAway(before, wanted, kind.schema)) return "ask kubectl";
  return mergesAlike(live, wanted, kind.schema) ? "whole manifest" : "ask kubectl";
}

/** Whether a value tells whoever merges it to take something away: by a null, or a field with a dollar sign. */
export function holdsOrders(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== "object") return false;
  return Object.entries(value).some(([name, item]) => name.startsWith("$") || holdsOrders(item));
}

function parsed(applied: unknown): Json | undefined {
  try {
    const value: unknown = JSON.parse(String(applied));
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
