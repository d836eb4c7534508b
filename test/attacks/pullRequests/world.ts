import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { committedFiles, type CommittedSettings } from "../../../committed/files";
import type { CommittedEnvironment } from "../../../committed/environment";
import { PullRequests } from "../../../sandbox/demo/pullRequests";
import { stranger } from "../../../sandbox/demo/stranger";
import { consolePaths } from "../../../sandbox/aws/consolePaths";
import { targetRepository } from "../../../sandbox/world";
import { environments, hasRunner } from "../../../stacks/environments";
import { deployWorld, type DeployedRegion, type DeployedWorld } from "../../sandbox/mutations/world";
import { Canary } from "../fetches/canary";
import { commitTo, type Files } from "./files";
import { openRepository, type AttackedRepository } from "./repository";

/**
 * Builds of a region that may run at once: with a new account's one, everything would wait for everything. Five times as
 * many may wait, and each manifest that is attacked with needs a build.
 */
export const concurrentBuilds = 8;

/** Branch whose workflow has the attacked overlays as environments beside the regions. */
export const overlaysBranch = "overlays";

/** A deployed world as those look at it who attack it. */
export interface WorldView {
  repository: AttackedRepository;
  /** The stranger's own, as the stranger sees it. */
  fork: AttackedRepository;
  /** The region of a stack. */
  region(stack: string): DeployedRegion;
  /** Does something once for all attacks that need it. */
  once<T>(what: string, act: () => Promise<T>): Promise<T>;
}

/** A deployed world, all of it in order, for pull requests that mean harm. */
export interface AttackedWorld extends DeployedWorld, WorldView {
  /** A service inside of the private network, which nobody may ask. */
  canary: Canary;
  stop(): Promise<void>;
}

/**
 * Deploys all stacks and commits the workflow once more, as the registry would make it that requires every region. On a
 * branch beside it the overlays that are to be attacked are further environments of the home region.
 * @param base files of these overlays
 */
export async function startAttackedWorld(
  overlays: CommittedEnvironment[],
  base: Files,
): Promise<AttackedWorld> {
  const world = await deployWorld();
  const canary = await Canary.open();
  const stop = async () => {
    canary.close();
    await world.sandbox.stop();
  };
  try {
    await prepare(world, overlays, base);
    return { ...world, ...viewOf(world), canary, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare({ sandbox, regions }: DeployedWorld, overlays: CommittedEnvironment[], base: Files) {
  for (const { deployment } of regions) {
    await deployment.console(consolePaths.concurrentBuilds, {
      region: deployment.region,
      limit: concurrentBuilds,
    });
  }
  await commitTo(sandbox, targetRepository.defaultBranch, requiringFiles([]));
  await commitTo(sandbox, overlaysBranch, { ...base, ...requiringFiles(overlays) });
}

/** Looks at a deployed world. */
export function viewOf({ sandbox, regions }: DeployedWorld): WorldView {
  const signal = new AbortController().signal;
  const done = new Map<string, Promise<unknown>>();
  const authors = {
    colleague: new PullRequests(sandbox.state, signal),
    stranger: new PullRequests(sandbox.state, signal, stranger),
  };
  return {
    repository: openRepository(sandbox, authors),
    fork: openRepository(sandbox, authors, stranger),
    region: (stack: string) => {
      const found = regions.find((one) => one.stack === stack);
      if (!found) throw new Error(`There is no stack ${stack}.`);
      return found;
    },
    once: <T>(what: string, act: () => Promise<T>) => {
      const promise = done.get(what) ?? act();
      done.set(what, promise);
      return promise as Promise<T>;
    },
  };
}

/** The committed files where every region is required. */
export function requiringFiles(overlays: CommittedEnvironment[], settings: CommittedSettings = {}): Files {
  const registered = environments.map(({ name, filter, paths, overlay, runner }) => ({
    name,
    filter,
    paths,
    overlay,
    ...(runner && { runner: { ...runner, enforcement: "require" as const } }),
  }));
  const files = committedFiles([...registered, ...overlays], settings);
  return Object.fromEntries(files.map(({ path, content }) => [path, content]));
}

/** An overlay of its own, checked by the home region's runner. */
export function attackedEnvironment(name: string): CommittedEnvironment {
  const home = environments.find(hasRunner);
  if (!home) throw new Error("No environment has a runner.");
  const overlay = `k8s/attacks/${name}`;
  return {
    name,
    filter: name,
    paths: [`${overlay}/**`],
    overlay,
    runner: { ...home.runner, jobName: `dryrun-${name}`, enforcement: "require" },
  };
}

/** The log of the sandbox's services, for those who look for what went wrong. */
export function serverLog({ sandbox }: DeployedWorld): Promise<string> {
  return readFile(join(sandbox.folder.root, "log", "server.log"), "utf8");
}
