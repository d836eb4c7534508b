import { concurrently } from "../concurrently";
import type { Kubectl } from "../kubectl/kubectl";
import { type Answer, type Api, connections } from "../kubernetes/api";
import { collectionPath, defines, discover, objectPath, type Resource } from "../kubernetes/discovery";
import { type PatchSchemas, readPatchSchemas } from "../kubernetes/patchSchema";
import { asMap, isRbacObject, isSecret, type KubernetesObject } from "../render/objects";
import { askKubectl } from "./askKubectl";
import { comparison } from "./comparison";
import { type Finding, findingOf, refusalOf } from "./failure";
import { lastAppliedOf, withLastApplied } from "./lastApplied";
import type { Pending, Target } from "./pending";
import { holdsOrders, neededFor } from "./needed";

/** How the deployer applies. */
export type Mode = { kind: "client-side" } | { kind: "server-side"; fieldManager: string };

export interface CheckOptions {
  api: Api;
  kubectl: Kubectl;
  mode: Mode;
  /** Namespace of objects that name none. */
  defaultNamespace: string;
  /** How many kubectl may run at a time: each takes a processor for itself. */
  processes: number;
  /** Ends the check; what has not been checked by then says so. */
  signal: AbortSignal;
}

/** An object of the overlay with what came of it. */
export interface Checked {
  object: KubernetesObject;
  /** Where it is in the cluster; empty for objects without a namespace. */
  namespace: string;
  finding: Finding;
}

/**
 * Asks the cluster what it would do with each object. The oracle is kubectl: a verdict is what `kubectl diff` and
 * `kubectl apply --dry-run=server` say of that object alone.
 * @param objects all of the overlay.
 */
export async function check(objects: KubernetesObject[], options: CheckOptions): Promise<Checked[]> {
  const { api, signal } = options;
  const lookup = await discover(
    api,
    objects.filter((object) => !isSecret(object) && !isRbacObject(object)),
  );
  const findings = new Map<KubernetesObject, Finding>();
  const targets: Target[] = [];
  for (const object of objects) {
    const found = withoutAsking(object);
    if (found) {
      findings.set(object, found);
      continue;
    }
    const known = lookup(object);
    if ("resource" in known) targets.push(targetOf(object, known.resource, options.defaultNamespace));
    else if ("failure" in known) findings.set(object, findingOf(refusalOf(known.failure), false));
    else findings.set(object, unknownKind(object, objects));
  }
  const versions = [...new Set(targets.map(({ object }) => object.apiVersion))];
  const schemas =
    options.mode.kind === "client-side" ? await readPatchSchemas(api, versions) : () => undefined;

  const left: Pending[] = [];
  await concurrently(targets, connections, async (target) => {
    const result = await checkDirectly(target, schemas, options);
    if ("finding" in result) findings.set(target.object, result.finding);
    else left.push(result);
  });
  for (const [object, finding] of await askKubectl(left, options)) findings.set(object, finding);

  const places = new Map(targets.map(({ object, namespace }) => [object, namespace]));
  return objects.map((object) => ({
    object,
    namespace: places.get(object) ?? object.namespace,
    finding: settled(object, findings.get(object), objects, signal),
  }));
}

function withoutAsking(object: KubernetesObject): Finding | undefined {
  if (isSecret(object)) return { verdict: "not-checked", reason: "secret" };
  if (isRbacObject(object)) return { verdict: "not-checked", reason: "rbac-object" };
  const { name, generateName } = asMap(object.manifest.metadata);
  // In an address they would lead to another object.
  const climbing = [object.name, object.namespace].find((text) => text === "." || text === "..");
  if (climbing !== undefined)
    return { verdict: "would-fail", message: `invalid resource name "${climbing}": may not be '.' or '..'` };
  if (name) return undefined;
  const message = generateName ? "cannot use generate name with apply" : "resource name may not be empty";
  return { verdict: "would-fail", message };
}

function unknownKind(object: KubernetesObject, objects: KubernetesObject[]): Finding {
  if (objects.some((other) => defines(other, object))) return { verdict: "not-checked", reason: "new-kind" };
  const { kind, apiVersion } = object;
  return { verdict: "would-fail", message: `no matches for kind "${kind}" in version "${apiVersion}"` };
}

function targetOf(object: KubernetesObject, resource: Resource, defaultNamespace: string): Target {
  if (!resource.isNamespaced) return { object, resource, namespace: "", manifest: object.manifest };
  const namespace = object.namespace || defaultNamespace;
  const metadata = { ...asMap(object.manifest.metadata), namespace };
  return { object, resource, namespace, manifest: { ...object.manifest, metadata } };
}

/** What can be said of an object with a request or two; kubectl is left with the ones that it has to merge. */
async function checkDirectly(
  target: Target,
  schemas: PatchSchemas,
  { api, mode }: CheckOptions,
): Promise<{ finding: Finding } | Pending> {
  const { object, resource, namespace, manifest } = target;
  const path = objectPath(resource, namespace, object.name);
  const answer = await api.send({ path });
  if (answer.code !== 200 && answer.code !== 404) return { finding: findingOf(refusalOf(answer), true) };
  const live = answer.code === 200 ? answer.body : undefined;
  const pending = { ...target, live };

  if (mode.kind === "server-side") {
    const query = `?dryRun=All&fieldValidation=Strict&force=false&fieldManager=${encodeURIComponent(mode.fieldManager)}`;
    const contentType = "application/apply-patch+yaml";
    const applied = await api.send({ method: "PATCH", path: path + query, body: object.text, contentType });
    return { finding: findingFrom(applied, pending) };
  }
  // As kubectl asks: kubernetes/kubectl:pkg/cmd/apply/apply.go
  const query = "?dryRun=All&fieldValidation=Strict&fieldManager=kubectl-client-side-apply";
  const isUncertain = object.isAmbiguous || (!resource.isNamespaced && object.namespace !== "");
  if (!live) {
    // kubectl leaves nulls out of what it creates, which the server does not (pruneNullsFromMap).
    if (isUncertain || holdsOrders(manifest) || lastAppliedOf(manifest) !== undefined) return pending;
    const body = JSON.stringify(withLastApplied(manifest));
    const created = await api.send({
      method: "POST",
      path: collectionPath(resource, namespace) + query,
      body,
    });
    return { finding: findingFrom(created, pending) };
  }
  const kind = isUncertain ? undefined : schemas(object.apiVersion, object.kind);
  const needed = neededFor(object, manifest, live, kind);
  if (needed === "nothing") return { finding: { verdict: "unchanged" } };
  if (needed === "ask kubectl" || !kind) return pending;
  const body = JSON.stringify(withLastApplied(manifest));
  const patched = await api.send({ method: "PATCH", path: path + query, body, contentType: kind.patchType });
  return { finding: findingFrom(patched, pending) };
}

function findingFrom(answer: Answer, pending: Pending): Finding {
  if (answer.code >= 200 && answer.code < 300) return comparison(pending, answer.body);
  return findingOf(refusalOf(answer), pending.live !== undefined);
}

/** A finding in the light of the whole: of the other objects, and of the run that may have ended. */
function settled(
  object: KubernetesObject,
  finding: Finding | undefined,
  objects: KubernetesObject[],
  signal: AbortSignal,
): Finding {
  if (!finding || (signal.aborted && finding.reason === "server-error")) {
    return { verdict: "not-checked", reason: "interrupted" };
  }
  const missing = /namespaces "([^"]+)" not found/.exec(finding.message ?? "")?.[1];
  if (finding.verdict !== "would-fail" || missing === undefined) return finding;
  const isNew = objects.some(
    ({ kind, apiVersion, name }) => kind === "Namespace" && apiVersion === "v1" && name === missing,
  );
  // A dry run of one object does not see the others that come with it; a real apply creates them first.
  return isNew ? { verdict: "not-checked", reason: "new-namespace" } : finding;
}
