import type { Api } from "../kubernetes/api";
import { defines, discover, type Resource } from "../kubernetes/discovery";
import { asMap, isRbacObject, isSecret, type KubernetesObject } from "../render/objects";
import { type Finding, findingOf, refusalOf } from "./failure";
import type { Target } from "./pending";

export interface TargetOptions {
  api: Api;
  /** Namespace of objects that name none. */
  defaultNamespace: string;
  /** Whether Secrets and RBAC objects are sent too: only where the identity is one that applies. @default false */
  sendsAll?: boolean;
}

/** Where objects of an overlay go, and what can be said of the others without sending them. */
export interface Targets {
  targets: Target[];
  findings: Map<KubernetesObject, Finding>;
}

/**
 * Asks the server for the kinds of objects.
 * @param objects to find.
 * @param all of the overlay, which may define kinds that the server does not know yet.
 */
export async function findTargets(
  objects: KubernetesObject[],
  all: KubernetesObject[],
  { api, defaultNamespace, sendsAll = false }: TargetOptions,
): Promise<Targets> {
  const lookup = await discover(
    api,
    objects.filter((object) => sendsAll || (!isSecret(object) && !isRbacObject(object))),
  );
  const findings = new Map<KubernetesObject, Finding>();
  const targets: Target[] = [];
  for (const object of objects) {
    const found = (sendsAll ? undefined : unsent(object)) ?? misnamed(object);
    if (found) {
      findings.set(object, found);
      continue;
    }
    const known = lookup(object);
    if ("resource" in known) targets.push(targetOf(object, known.resource, defaultNamespace));
    else if ("failure" in known) findings.set(object, findingOf(refusalOf(known.failure), false));
    else findings.set(object, unknownKind(object, all));
  }
  return { targets, findings };
}

function unsent(object: KubernetesObject): Finding | undefined {
  if (isSecret(object)) return { verdict: "not-checked", reason: "secret" };
  return isRbacObject(object) ? { verdict: "not-checked", reason: "rbac-object" } : undefined;
}

function misnamed(object: KubernetesObject): Finding | undefined {
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
