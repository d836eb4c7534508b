import { randomBytes } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";

/** Tells the person at the terminal what is being done now. */
export type Progress = (line: string) => void;

/** Folder of this user for what takes long to make: built binaries, the Python environment. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  // An empty or relative XDG_CACHE_HOME counts as unset: https://specifications.freedesktop.org/basedir-spec/latest/
  const base = env.XDG_CACHE_HOME?.startsWith("/") ? env.XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "eks-dryrun-runner");
}

/**
 * The cached folder `name`, made by `make` if it is not there. Two processes that want the same folder make it once:
 * the second waits. A folder is there whole or not at all.
 *
 * @param make fills the folder it is given; its final path is the second argument, for what keeps its own path inside
 */
export async function cached(
  name: string,
  make: (folder: string, finalFolder: string) => Promise<void>,
  cache = cacheFolder(),
): Promise<string> {
  const folder = join(cache, name);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const release = await lock(folder, {
    realpath: false,
    // The engine's build takes minutes; whoever waits for it asks every two seconds, for half an hour.
    retries: { retries: 900, factor: 1, minTimeout: 2_000 },
    stale: 20_000,
  });
  try {
    if (!(await exists(folder))) await makeWhole(folder, make);
  } finally {
    await release();
  }
  return folder;
}

async function makeWhole(folder: string, make: (folder: string, finalFolder: string) => Promise<void>) {
  const unfinished = `${folder}.${randomBytes(4).toString("hex")}.unfinished`;
  try {
    await mkdir(unfinished);
    await make(unfinished, folder);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
