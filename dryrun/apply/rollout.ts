import { asMap, asText, groupOf, type Json } from "../render/objects";

/** Where the rollout of a workload stands. */
export type Rollout =
  | { state: "ready" }
  | { state: "waiting"; message: string }
  /** Its controller has given up, and waiting does not help. */
  | { state: "failed"; message: string };

const ready: Rollout = { state: "ready" };
const waiting = (message: string): Rollout => ({ state: "waiting", message });

const kinds: Record<string, (object: Json) => Rollout> = {
  Deployment: deployment,
  DaemonSet: daemonSet,
  StatefulSet: statefulSet,
};

/** Whether objects of a kind have a rollout to wait for. */
export function hasRollout({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return groupOf({ apiVersion }) === "apps" && Object.hasOwn(kinds, kind);
}

/**
 * Where the rollout of a live object stands, by the rules of `kubectl rollout status`:
 * kubernetes/kubectl:pkg/polymorphichelpers/rollout_status.go.
 */
export function rolloutOf(object: Json): Rollout {
  const { generation } = asMap(object.metadata);
  const seen = number(asMap(object.status).observedGeneration);
  if (seen === 0 || number(generation) > seen) return waiting("its controller has not seen the change yet");
  return kinds[asText(object.kind)]?.(object) ?? ready;
}

function deployment(object: Json): Rollout {
  const status = asMap(object.status);
  const conditions = Array.isArray(status.conditions) ? status.conditions.map(asMap) : [];
  const gaveUp = conditions.find(
    ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
  );
  if (gaveUp) return { state: "failed", message: asText(gaveUp.message) || "its progress deadline is over" };
  const wanted = number(asMap(object.spec).replicas, 1);
  const [all, updated, available] = [status.replicas, status.updatedReplicas, status.availableReplicas].map(
    (value) => number(value),
  ) as [number, number, number];
  if (updated < wanted) return waiting(`${String(updated)} of ${String(wanted)} replicas are updated`);
  if (all > updated) return waiting(`${String(all - updated)} old replicas have not ended`);
  if (available < updated)
    return waiting(`${String(available)} of ${String(updated)} replicas are available`);
  return ready;
}

function daemonSet(object: Json): Rollout {
  if (strategyOf(object) !== "RollingUpdate") return ready;
  const status = asMap(object.status);
  const [wanted, updated, available] = [
    status.desiredNumberScheduled,
    status.updatedNumberScheduled,
    status.numberAvailable,
  ].map((value) => number(value)) as [number, number, number];
  if (updated < wanted) return waiting(`${String(updated)} of ${String(wanted)} pods are updated`);
  if (available < wanted) return waiting(`${String(available)} of ${String(wanted)} pods are available`);
  return ready;
}

function statefulSet(object: Json): Rollout {
  if (strategyOf(object) !== "RollingUpdate") return ready;
  const [spec, status] = [asMap(object.spec), asMap(object.status)];
  const wanted = number(spec.replicas, 1);
  const partition = number(asMap(asMap(spec.updateStrategy).rollingUpdate).partition);
  const [isReady, updated] = [number(status.readyReplicas), number(status.updatedReplicas)];
  if (isReady < wanted) return waiting(`${String(isReady)} of ${String(wanted)} pods are ready`);
  if (partition > 0) {
    const due = Math.max(wanted - partition, 0);
    return updated < due ? waiting(`${String(updated)} of ${String(due)} pods are updated`) : ready;
  }
  return status.updateRevision === status.currentRevision
    ? ready
    : waiting(`${String(updated)} of ${String(wanted)} pods are updated`);
}

/** `OnDelete` waits for people. */
function strategyOf(object: Json): string {
  return asText(asMap(asMap(object.spec).updateStrategy).type) || "RollingUpdate";
}

function number(value: unknown, otherwise = 0): number {
  return typeof value === "number" ? value : otherwise;
}
