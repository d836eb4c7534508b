import { waitForRollouts } from "../../../dryrun/apply/waitForRollouts";
import { findTargets } from "../../../dryrun/check/targets";
import { parseObjects } from "../../../dryrun/render/objects";
import type { ApplyWorld } from "./applyWorld";

/** Waits for the rollouts of manifests. There is no controller in the cluster: the test plays it. */
export async function rolloutsOf(world: ApplyWorld, manifests: object[], deadline: number) {
  const objects = parseObjects(manifests.map((manifest) => JSON.stringify(manifest)).join("\n---\n"));
  const { api } = world;
  const { targets } = await findTargets(objects, objects, {
    api,
    defaultNamespace: "default",
    sendsAll: true,
  });
  const lines: string[] = [];
  const notReady = await waitForRollouts(targets, {
    api,
    deadline,
    pause: 50,
    told: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  return { notReady, lines };
}

/** Says as the controller what became of a workload or pod. */
export async function setStatus(world: ApplyWorld, path: string, status: object): Promise<void> {
  const { code, body } = await world.api.send({
    method: "PATCH",
    path: `${path}/status`,
    body: JSON.stringify({ status }),
    contentType: "application/merge-patch+json",
  });
  if (code !== 200) throw new Error(JSON.stringify(body));
}
