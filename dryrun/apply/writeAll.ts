import { concurrently } from "../concurrently";
import { findTargets, type TargetOptions } from "../check/targets";
import type { Mode } from "../check/step";
import type { Kubectl } from "../kubectl/kubectl";
import { connections } from "../kubernetes/api";
import { readPatchSchemas } from "../kubernetes/patchSchema";
import type { KubernetesObject } from "../render/objects";
import { type AppliedObject, isThere } from "./account";
import { untilServed } from "./definitions";
import type { Seen } from "./dryRunAll";
import { inWaves } from "./order";
import { write, type Written } from "./write";

export interface WriteAllOptions extends Omit<TargetOptions, "sendsAll"> {
  kubectl: Kubectl;
  mode: Mode;
  /** What the dry run saw. An object that is not among it is looked at first. */
  seen: Seen;
  /** Hears of each object when the answer has come. */
  told: (applied: AppliedObject, object: KubernetesObject) => void;
  /** No further object is sent from then on. */
  signal: AbortSignal;
}

/** What became of all objects. */
export interface WrittenAll {
  /** In the objects' order. */
  applied: AppliedObject[];
  /** What stands in the way of what comes after, though every object may be in the cluster: a definition is not served. */
  stopped: string | undefined;
}

/**
 * Applies objects in dependency order. One that is refused does not hold up its own wave, but what comes after; a cluster
 * that does not answer any more holds up everything.
 */
export async function writeAll(objects: KubernetesObject[], options: WriteAllOptions): Promise<WrittenAll> {
  const { api, signal } = options;
  const applied = new Map<KubernetesObject, AppliedObject>();
  let stopped: string | undefined;
  for (const wave of inWaves(objects)) {
    if (stopped !== undefined) break;
    await writeWave(wave, objects, applied, options);
    const failed = wave.filter((object) => !isThere(applied.get(object) ?? notApplied(object, "")));
    if (failed.length > 0) stopped = `${String(failed.length)} before it could not be applied`;
    else stopped = await untilServed(wave, api, signal);
    if (signal.aborted) stopped = "the run was ended";
  }
  const left = stopped ?? "the run was ended";
  return { applied: objects.map((object) => applied.get(object) ?? notApplied(object, left)), stopped };
}

async function writeWave(
  wave: KubernetesObject[],
  all: KubernetesObject[],
  applied: Map<KubernetesObject, AppliedObject>,
  options: WriteAllOptions,
): Promise<void> {
  const { api, kubectl, mode, seen, signal } = options;
  const tell = (object: KubernetesObject, namespace: string, written: Written) => {
    const one = { ...named(object, namespace), ...written };
    applied.set(object, one);
    options.told(one, object);
  };
  const { targets, findings } = await findTargets(wave, all, { ...options, sendsAll: true });
  for (const [object, { message }] of findings)
    tell(object, object.namespace, { outcome: "not applied", ...(message && { message }) });
  const versions = [...new Set(targets.map(({ object }) => object.apiVersion))];
  const schemas = mode.kind === "client-side" ? await readPatchSchemas(api, versions) : () => undefined;
  let isLost = false;
  await concurrently(targets, connections, async (target) => {
    if (signal.aborted || isLost) return;
    const written = await write(target, { api, kubectl, mode, seen, schemas });
    isLost ||= written.outcome === "not known";
    tell(target.object, target.namespace, written);
  });
  for (const { object, namespace } of targets) {
    if (applied.has(object)) continue;
    const message = isLost ? "the cluster does not answer any more" : "the run was ended";
    tell(object, namespace, { outcome: "not applied", message });
  }
}

function notApplied(object: KubernetesObject, message: string): AppliedObject {
  return { ...named(object, object.namespace), outcome: "not applied", message };
}

function named({ apiVersion, kind, name }: KubernetesObject, namespace: string) {
  return { apiVersion, kind, ...(namespace && { namespace }), name };
}
