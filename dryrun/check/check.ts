import { concurrently } from "../concurrently";
import type { Kubectl } from "../kubectl/kubectl";
import { type Answer, connections } from "../kubernetes/api";
import { objectPath } from "../kubernetes/discovery";
import { type PatchSchemas, readPatchSchemas } from "../kubernetes/patchSchema";
import { asMap, isNamespace, isRole, type KubernetesObject } from "../render/objects";
import { askKubectl } from "./askKubectl";
import { comparison } from "./comparison";
import { type Finding, findingOf, refusalOf } from "./failure";
import type { Pending, Target } from "./pending";
import { type Mode, stepFor } from "./step";
import { findTargets, type TargetOptions } from "./targets";

export interface CheckOptions extends TargetOptions {
  kubectl: Kubectl;
  mode: Mode;
  /** How many kubectl may run at a time: each takes a processor for itself. */
  processes: number;
  /** Hears of each object with what the cluster has of it. */
  seen?: (pending: Pending) => void;
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
  const { targets, findings } = await findTargets(objects, objects, options);
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

/** What can be said of an object with a request or two; kubectl is left with the ones that it has to merge. */
async function checkDirectly(
  target: Target,
  schemas: PatchSchemas,
  { api, mode, seen }: CheckOptions,
): Promise<{ finding: Finding } | Pending> {
  const { object, resource, namespace } = target;
  const path = objectPath(resource, namespace, object.name);
  const answer = await api.send({ path });
  if (answer.code !== 200 && answer.code !== 404) return { finding: findingOf(refusalOf(answer), true) };
  const live = answer.code === 200 ? answer.body : undefined;
  const pending = { ...target, live };
  seen?.(pending);
  const step = stepFor(pending, schemas, mode, true);
  if (step.kind === "kubectl") return pending;
  if (step.kind === "nothing") return { finding: { verdict: "unchanged" } };
  return { finding: findingFrom(await api.send(step.request), pending) };
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
  if (finding.verdict !== "would-fail") return finding;
  // A dry run of one object does not see the others that come with it; a real apply creates them first.
  const { message = "" } = finding;
  const namespace = /namespaces "([^"]+)" not found/.exec(message)?.[1];
  if (objects.some((other) => isNamespace(other) && other.name === namespace))
    return { verdict: "not-checked", reason: "new-namespace" };
  // Of whoever may not bind any role, the server asks what the role allows. It then says that the binding is not found
  // (kubernetes/kubernetes:pkg/registry/rbac, apiserver:pkg/registry/generic/registry/store.go).
  const { kind, name } = asMap(object.manifest.roleRef);
  const bringsRole = objects.some((other) => isRole(other) && other.kind === kind && other.name === name);
  if (bringsRole && /^(?:cluster)?rolebindings\.rbac\.authorization\.k8s\.io "[^"]+" not found/.test(message))
    return { verdict: "not-checked", reason: "rbac-object", message };
  return finding;
}
