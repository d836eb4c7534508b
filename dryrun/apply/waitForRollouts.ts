import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../check/pending";
import { concurrently } from "../concurrently";
import { type Api, connections } from "../kubernetes/api";
import { objectPath } from "../kubernetes/discovery";
import type { Json } from "../render/objects";
import { type Rollout, rolloutOf } from "./rollout";
import { type Why, whyNotReady } from "./whyNotReady";

/** A workload that is not ready, and why. */
export interface NotReady extends Why {
  target: Target;
  /** What its controller says. */
  message: string;
}

export interface WaitOptions {
  api: Api;
  /** Longest wait for all of them, in seconds. */
  deadline: number;
  /** Between two looks, in milliseconds. @default 2000 */
  pause?: number;
  told: (line: string) => void;
  signal: AbortSignal;
}

interface Looked {
  target: Target;
  live?: Json;
  rollout: Rollout;
}

/**
 * Waits until workloads are ready, all of them at once. One whose controller has given up is not waited for.
 * @returns those that are not ready.
 */
export async function waitForRollouts(targets: Target[], options: WaitOptions): Promise<NotReady[]> {
  const { api, deadline, pause = 2000, told, signal } = options;
  const end = Date.now() + deadline * 1000;
  const failed: Looked[] = [];
  let left = targets;
  let lastTold = 0;
  for (;;) {
    const looked = await concurrently(left, connections, (target) => look(target, api));
    failed.push(...looked.filter(({ rollout }) => rollout.state === "failed"));
    const open = looked.filter(({ rollout }) => rollout.state === "waiting");
    left = open.map(({ target }) => target);
    if (left.length === 0 || Date.now() >= end || signal.aborted)
      return explained([...failed, ...open], options);
    if (left.length !== lastTold)
      told(`${String(left.length)} of ${String(targets.length)} workloads are not ready yet.`);
    lastTold = left.length;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

function explained(looked: Looked[], { api, signal }: WaitOptions): Promise<NotReady[]> {
  return concurrently(looked, connections, async ({ target, live, rollout }) => ({
    target,
    message: "message" in rollout ? rollout.message : "",
    ...(live && !signal.aborted ? await whyNotReady(live, api) : { lines: [], hidden: [] }),
  }));
}

async function look(target: Target, api: Api): Promise<Looked> {
  const { resource, namespace, object } = target;
  const { code, body } = await api.send({ path: objectPath(resource, namespace, object.name) });
  if (code === 200) return { target, live: body, rollout: rolloutOf(body) };
  return { target, rollout: { state: "waiting", message: `the cluster answers ${String(code)} about it` } };
}
