import type { Request } from "../kubernetes/api";
import { collectionPath, objectPath } from "../kubernetes/discovery";
import type { PatchSchemas } from "../kubernetes/patchSchema";
import { lastAppliedOf, withLastApplied } from "./lastApplied";
import { holdsOrders, neededFor } from "./needed";
import type { Pending } from "./pending";

/** How the deployer applies. */
export type Mode = { kind: "client-side" } | { kind: "server-side"; fieldManager: string };

/** What applies one object: nothing where it is just so, one request, or kubectl, which has to merge it. */
export type Step = { kind: "nothing" } | { kind: "request"; request: Request } | { kind: "kubectl" };

/**
 * How an object gets into the cluster, as kubectl does it: kubernetes/kubectl:pkg/cmd/apply/apply.go.
 * @param pending the object with what the cluster has of it.
 * @param isDryRun whether the server is only to say what it would do.
 */
export function stepFor(pending: Pending, schemas: PatchSchemas, mode: Mode, isDryRun: boolean): Step {
  const { object, resource, namespace, manifest, live } = pending;
  const path = objectPath(resource, namespace, object.name);
  const query = (fields: Record<string, string>) =>
    `?${new URLSearchParams({ ...(isDryRun && { dryRun: "All" }), fieldValidation: "Strict", ...fields }).toString()}`;
  if (mode.kind === "server-side") {
    const { fieldManager } = mode;
    const contentType = "application/apply-patch+yaml";
    const asked = path + query({ force: "false", fieldManager });
    return { kind: "request", request: { method: "PATCH", path: asked, body: object.text, contentType } };
  }
  const asked = query({ fieldManager: "kubectl-client-side-apply" });
  const isUncertain = object.isAmbiguous || (!resource.isNamespaced && object.namespace !== "");
  const body = () => JSON.stringify(withLastApplied(manifest));
  if (!live) {
    // kubectl leaves nulls out of what it creates, which the server does not (pruneNullsFromMap).
    if (isUncertain || holdsOrders(manifest) || lastAppliedOf(manifest) !== undefined)
      return { kind: "kubectl" };
    const collection = collectionPath(resource, namespace);
    return { kind: "request", request: { method: "POST", path: collection + asked, body: body() } };
  }
  const kind = isUncertain ? undefined : schemas(object.apiVersion, object.kind);
  const needed = neededFor(object, manifest, live, kind);
  if (needed === "nothing") return { kind: "nothing" };
  if (needed === "ask kubectl" || !kind) return { kind: "kubectl" };
  const { patchType: contentType } = kind;
  return { kind: "request", request: { method: "PATCH", path: path + asked, body: body(), contentType } };
}
