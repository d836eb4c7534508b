import { messageOf } from "../error";
import { ensureAct } from "./act";
import { ensureActionlint } from "./actionlint";
import type { Progress } from "./cache";
import { ensureKubectl } from "./kubectl";
import { ensureKubernetes } from "./kubernetes";
import { requireLinux } from "./platform";
import { ensurePulumi, type PulumiEngine } from "./pulumi";
import { ensurePython, type PythonEnvironment } from "./python";

/** Every tool that the sandbox runs and npm does not install. */
export interface Toolchain {
  pulumi: PulumiEngine;
  python: PythonEnvironment;
  /** Absolute path of act, which runs the steps of jobs. */
  act: string;
  /** Absolute path; none where there is neither Go nor an actionlint of the person's own. */
  actionlint?: string;
}

/**
 * Finds every tool, and makes in the user's cache what is not there yet: two at a time, as each waits for what it downloads and
 * for its last step, which has one processor alone.
 *
 * @throws Error that says of all tools what to install, if one can neither be found nor made
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  requireLinux();
  const [forPrograms] = await both(ensureForPrograms(progress), ensureForClusters(progress));
  const { actionlint, ...others } = forPrograms;
  return { ...others, ...(actionlint ? { actionlint } : {}) };
}

async function ensureForPrograms(progress: Progress) {
  const pulumi = await ensurePulumi(progress);
  const python = await ensurePython(progress);
  const actionlint = await ensureActionlint(progress);
  return { pulumi, python, actionlint, act: await ensureAct(progress) };
}

/** Clusters are started while a job waits for them, who would not wait for a build too. */
async function ensureForClusters(progress: Progress): Promise<void> {
  await ensureKubernetes(progress);
  await ensureKubectl(35, progress);
}

/** @throws Error that says why of both, where both fail */
async function both<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  const outcomes = await Promise.allSettled([one, other]);
  const reasons = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === "rejected" ? [outcome.reason] : [],
  );
  if (reasons.length > 1) throw new Error(reasons.map(messageOf).join("\n\n"));
  return [await one, await other];
}
