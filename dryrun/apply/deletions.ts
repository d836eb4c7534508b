import { setTimeout as sleep } from "node:timers/promises";
import { lastAppliedOf } from "../check/lastApplied";
import type { Mode } from "../check/step";
import type { Api } from "../kubernetes/api";
import { discover, objectPath, rootOf } from "../kubernetes/discovery";
import { asMap, asText, identityOf, type Json, type KubernetesObject } from "../render/objects";
import type { ObjectResult, Outcome } from "../report/types";
import { type DeletionName, identityOfDeletion } from "./deletionNames";

/** Seconds for which an object that is being deleted is waited for. */
const patience = 30;

/** An object that is named for deletion. */
export interface Deletion {
  name: DeletionName;
  /** What the dry run of its deletion says. */
  result: ObjectResult;
  /** Undefined if it is not to be deleted, for the reason in its result. */
  target?: { path: string; uid: string };
}

/** What became of a deletion, and why if the object is not gone. */
export interface Deleted {
  outcome: Outcome;
  message?: string;
}

/**
 * Dry-runs deletions. Refused is what the overlay still has, and what no `kubectl apply` has brought.
 * @param objects of the overlay.
 * @param identities of them, with the namespace that they are in.
 */
export async function planDeletions(
  names: DeletionName[],
  identities: Set<string>,
  { api, mode }: { api: Api; mode: Mode },
): Promise<Deletion[]> {
  const deletions: Deletion[] = [];
  for (const name of names) deletions.push(await planDeletion(name, identities, api, mode));
  return deletions;
}

async function planDeletion(
  name: DeletionName,
  identities: Set<string>,
  api: Api,
  mode: Mode,
): Promise<Deletion> {
  const found = await locate(name, api);
  const apiVersion = "apiVersion" in found ? found.apiVersion : name.group;
  const base = {
    apiVersion,
    kind: name.kind,
    ...(name.namespace && { namespace: name.namespace }),
    name: name.name,
    touched: true,
  };
  const failed = (message: string): Deletion => ({
    name,
    result: { ...base, verdict: "would-fail", message },
  });
  if (identities.has(identityOfDeletion(name))) return failed("the overlay still has it: it is not deleted");
  if ("problem" in found) return failed(found.problem);
  if (!found.live)
    return { name, result: { ...base, verdict: "removed-from-git", touched: false, outcome: "not there" } };
  if (!isApplied(found.live, mode))
    return failed("kubectl apply has not brought it: whoever made it must delete it");
  const target = { path: found.path, uid: asText(asMap(found.live.metadata).uid) };
  const { code, body } = await sendDeletion(target, api, true);
  if (!isTaken(code)) return failed(asText(body.message) || `the API server answers ${String(code)}`);
  return { name, result: { ...base, verdict: "removed-from-git" }, target };
}

/** Deletes an object: that very one, and not another that has been given its name since. */
export async function deleteObject(
  { path, uid }: NonNullable<Deletion["target"]>,
  api: Api,
  signal: AbortSignal,
): Promise<Deleted> {
  const { code, body } = await sendDeletion({ path, uid }, api, false);
  if (code !== 404 && !isTaken(code)) {
    const message = asText(body.message) || `the API server answers ${String(code)}`;
    return { outcome: code === 0 || code >= 500 ? "not known" : "refused", message };
  }
  const end = Date.now() + patience * 1000;
  for (;;) {
    const now = await api.send({ path });
    const { uid: liveUid, finalizers } = asMap(now.body.metadata);
    if (now.code === 404 || (now.code === 200 && liveUid !== uid)) return { outcome: "deleted" };
    if (now.code !== 200) return { outcome: "not known", message: asText(now.body.message) };
    if (signal.aborted || Date.now() > end) {
      const names = Array.isArray(finalizers) ? finalizers.map(String) : [];
      return {
        outcome: "being deleted",
        ...(names.length > 0 && { message: `finalizers: ${names.join(", ")}` }),
      };
    }
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** Those of the objects that an earlier release had which the cluster still has. */
export async function leftInCluster(
  removed: KubernetesObject[],
  defaultNamespace: string,
  api: Api,
): Promise<ObjectResult[]> {
  const lookup = await discover(api, removed);
  const results: ObjectResult[] = [];
  for (const object of removed) {
    const { apiVersion, kind, name } = object;
    const known = lookup(object);
    if ("unknown" in known) continue;
    const isNamespaced = "resource" in known && known.resource.isNamespaced;
    const namespace = object.namespace || (isNamespaced ? defaultNamespace : "");
    const { code, body } =
      "resource" in known
        ? await api.send({ path: objectPath(known.resource, namespace, name) })
        : known.failure;
    if (code === 404) continue;
    results.push({
      apiVersion,
      kind,
      ...(namespace && { namespace }),
      name,
      verdict: "removed-from-git",
      touched: true,
      outcome: "left in the cluster",
      ...(code !== 200 && {
        message: `Whether it is still there is not known: ${asText(body.message) || String(code)}`,
      }),
    });
  }
  return results;
}

/** What an object is called whichever way it is told. */
export function identityOfResult({ namespace = "", ...object }: ObjectResult): string {
  return identityOf({ ...object, namespace });
}

type Located = { apiVersion: string; path: string; live: Json | undefined } | { problem: string };

async function locate({ kind, group, namespace, name }: DeletionName, api: Api): Promise<Located> {
  const version = group === "" ? "v1" : await preferredVersion(group, api);
  if (version === undefined) return { problem: `the cluster has no API group ${group}` };
  const object = { apiVersion: version, kind, namespace, name };
  const known = (await discover(api, [object]))(object);
  if ("failure" in known) return { problem: asText(known.failure.body.message) };
  if ("unknown" in known) return { problem: `the cluster has no kind ${kind} in ${version}` };
  if (known.resource.isNamespaced !== (namespace !== ""))
    return { problem: known.resource.isNamespaced ? "its namespace is missing" : "it is in no namespace" };
  const path = objectPath(known.resource, namespace, name);
  const { code, body } = await api.send({ path });
  if (code !== 200 && code !== 404)
    return { problem: asText(body.message) || `the API server answers ${String(code)}` };
  return { apiVersion: version, path, live: code === 200 ? body : undefined };
}

async function preferredVersion(group: string, api: Api): Promise<string | undefined> {
  const { code, body } = await api.send({ path: rootOf(group) });
  return code === 200 ? asText(asMap(body.preferredVersion).groupVersion) || undefined : undefined;
}

/** Whether the way in which releases are applied has brought an object. */
function isApplied(live: Json, mode: Mode): boolean {
  if (mode.kind === "client-side") return lastAppliedOf(live) !== undefined;
  const { managedFields } = asMap(live.metadata);
  const entries = Array.isArray(managedFields) ? managedFields.map(asMap) : [];
  return entries.some(({ manager, operation }) => manager === mode.fieldManager && operation === "Apply");
}

function sendDeletion({ path, uid }: { path: string; uid: string }, api: Api, isDryRun: boolean) {
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    preconditions: { uid },
    propagationPolicy: "Background",
    ...(isDryRun && { dryRun: ["All"] }),
  };
  return api.send({ method: "DELETE", path, body: JSON.stringify(body) });
}

function isTaken(code: number): boolean {
  return code >= 200 && code < 300;
}
