import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

type Json = Record<string, unknown>;

/** Controllers and kubelets of workloads, which a control plane alone does not have. */
export interface Workloads {
  stop(): void;
}

const kinds = ["deployments", "daemonsets", "statefulsets"];

/**
 * Says of every workload that its pods are updated and ready as soon as its object changes, as controllers and kubelets do
 * after a while: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 * @param fails whether a workload never gets its pods ready: its controller then gives up (ProgressDeadlineExceeded).
 */
export function playWorkloads(
  adminKubeconfig: string,
  fails: (workload: Json) => boolean = () => false,
): Workloads {
  const { cluster, user } = currentContext(adminKubeconfig);
  const ca = Buffer.from(String(cluster["certificate-authority-data"]), "base64").toString();
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 16 });
  const stopped = new AbortController();
  const { signal } = stopped;
  // Each request that is under way listens: that is no leak.
  setMaxListeners(0, signal);
  const send = (path: string, method = "GET", body?: Json) =>
    request(new URL(path, String(cluster.server)), {
      agent,
      method,
      signal,
      headers: {
        authorization: `Bearer ${String(user.token)}`,
        ...(body && { "content-type": "application/merge-patch+json" }),
      },
    }).end(body && JSON.stringify(body));

  const settle = (plural: string, workload: Json) => {
    const { name, namespace, generation } = workload.metadata as Json;
    if ((workload.status as Json | undefined)?.observedGeneration === generation) return;
    const path = `/apis/apps/v1/namespaces/${String(namespace)}/${plural}/${String(name)}/status`;
    const status = statusOf(plural, workload, fails(workload));
    send(path, "PATCH", { status })
      .on("response", (answer) => answer.resume())
      .on("error", () => undefined);
  };
  /** Without a version, a watch begins with all that is there. */
  const watch = async (plural: string) => {
    await new Promise<void>((resolve) => {
      send(`/apis/apps/v1/${plural}?watch=1`)
        .on("error", () => {
          resolve();
        })
        .on("response", (answer) => {
          answer.on("error", () => undefined);
          createInterface({ input: answer })
            .on("error", () => undefined)
            .on("line", (line) => {
              const { type, object } = JSON.parse(line) as { type: string; object: Json };
              if (type === "ADDED" || type === "MODIFIED") settle(plural, object);
            })
            .on("close", () => {
              resolve();
            });
        });
    });
  };
  const keepWatching = async (plural: string) => {
    while (!signal.aborted) {
      await watch(plural);
      await sleep(200, undefined, { signal }).catch(() => undefined);
    }
  };
  for (const plural of kinds) void keepWatching(plural);
  return {
    stop: () => {
      stopped.abort();
      agent.destroy();
    },
  };
}

function statusOf(plural: string, { metadata, spec }: Json, isFailing: boolean): Json {
  const observedGeneration = (metadata as Json).generation;
  const wanted = Number((spec as Json).replicas ?? 1);
  const ready = isFailing ? 0 : wanted;
  if (plural === "daemonsets")
    return {
      observedGeneration,
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: isFailing ? 0 : 1,
      numberAvailable: isFailing ? 0 : 1,
    };
  const revision = `revision-${String(observedGeneration)}`;
  return {
    observedGeneration,
    replicas: wanted,
    updatedReplicas: wanted,
    readyReplicas: ready,
    availableReplicas: ready,
    ...(plural === "statefulsets" && { currentRevision: revision, updateRevision: revision }),
    ...(plural === "deployments" && {
      conditions: [
        {
          type: "Progressing",
          status: isFailing ? "False" : "True",
          reason: isFailing ? "ProgressDeadlineExceeded" : "NewReplicaSetAvailable",
          message: isFailing
            ? "its ReplicaSet has timed out progressing."
            : "its ReplicaSet has successfully progressed.",
        },
      ],
    }),
  };
}

function currentContext(kubeconfig: string): { cluster: Json; user: Json } {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as {
    clusters: [{ cluster: Json }];
    users: [{ user: Json }];
  };
  return { cluster: clusters[0].cluster, user: users[0].user };
}
