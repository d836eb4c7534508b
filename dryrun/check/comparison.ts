import type { Json } from "../render/objects";
import { differenceOf } from "./difference";
import type { Finding } from "./failure";
import type { Pending } from "./pending";

/** What the cluster would do with an object that it takes. */
export function comparison({ live, manifest }: Pending, merged: Json): Finding {
  const diff = differenceOf(live, merged, manifest);
  if (!live) return { verdict: "create", diff };
  return diff === undefined ? { verdict: "unchanged" } : { verdict: "change", diff };
}
