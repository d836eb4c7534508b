import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppliedObject } from "../../../dryrun/apply/account";
import { writeAll, type WrittenAll } from "../../../dryrun/apply/writeAll";
import type { Mode } from "../../../dryrun/check/step";
import { connectKubectl } from "../../../dryrun/kubectl/kubectl";
import { Api } from "../../../dryrun/kubernetes/api";
import { proofOf } from "../../../dryrun/kubernetes/credentials";
import { discover, objectPath } from "../../../dryrun/kubernetes/discovery";
import { readKubeconfig } from "../../../dryrun/kubernetes/kubeconfig";
import { type Json, type KubernetesObject, parseObjects } from "../../../dryrun/render/objects";
import { startCluster } from "../../../sandbox/clusters/cluster";
import { ensureKubectl } from "../../../sandbox/toolchain/kubectl";
import { startWire, type Wire } from "./wire";

/** A cluster to apply to, over a way on which requests get lost. */
export interface ApplyWorld {
  /** The API server without the way. */
  api: Api;
  wire: Wire;
  adminKubeconfig: string;
  /**
   * Applies manifests over the way.
   * @param seen what a dry run saw of each, in their order. @default there was none
   * @returns what is said of each object, and the lines that were told
   */
  apply(
    manifests: object[],
    mode?: Mode,
    seen?: (Json | undefined)[],
  ): Promise<WrittenAll & { told: AppliedObject[] }>;
  /** What the cluster has of a manifest's object. */
  live(manifest: object): Promise<Json | undefined>;
  stop(): Promise<void>;
}

export async function startApplyWorld(): Promise<ApplyWorld> {
  const directory = mkdtempSync(join(tmpdir(), "apply-world-"));
  const cluster = await startCluster({ directory: join(directory, "cluster") });
  const binary = await ensureKubectl(35);
  const { signal } = new AbortController();
  const kubeconfig = readKubeconfig(cluster.adminKubeconfig);
  const proof = await proofOf(kubeconfig.credential, signal);
  const api = new Api({ kubeconfig, proof, signal });
  const wire = await startWire(kubeconfig, proof);
  return {
    api,
    wire,
    adminKubeconfig: cluster.adminKubeconfig,
    apply: async (manifests, mode = { kind: "client-side" }, seen = []) => {
      const folder = mkdtempSync(join(directory, "apply-"));
      const over = { kubeconfig: wire.kubeconfig, proof: { token: "unused" }, signal };
      const client = new Api({ ...over, backoff: 1 });
      const told: AppliedObject[] = [];
      try {
        const objects = objectsOf(manifests);
        const { applied, stopped } = await writeAll(objects, {
          api: client,
          kubectl: connectKubectl({ binary, folder, ...over, proof: () => over.proof }),
          mode,
          defaultNamespace: "default",
          seen: new Map(seen.map((live, at) => [objects[at] as KubernetesObject, live])),
          told: (one) => told.push(one),
          signal,
        });
        return { applied, stopped, told };
      } finally {
        client.close();
      }
    },
    live: async (manifest) => {
      const [object] = objectsOf([manifest]) as [KubernetesObject];
      const found = (await discover(api, [object]))(object);
      if (!("resource" in found)) return undefined;
      const { code, body } = await api.send({
        path: objectPath(found.resource, object.namespace || "default", object.name),
      });
      return code === 200 ? body : undefined;
    },
    stop: async () => {
      wire.stop();
      api.close();
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function objectsOf(manifests: object[]): KubernetesObject[] {
  return parseObjects(manifests.map((manifest) => JSON.stringify(manifest)).join("\n---\n"));
}
