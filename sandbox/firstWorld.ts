import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { copyWorld } from "./copyWorld";
import { checkout, SandboxFolder } from "./folder";
import { keptFile, keptFolder } from "./keptFiles.cjs";
import { reset, start, stop } from "./lifecycle";
import { cached } from "./toolchain/cache";

/** What a world is made by: the sandbox itself, with the tools that it pins, and the stacks. */
const madeBy = /^(?:sandbox\/.*|Pulumi(?:\..+)?\.yaml|package-lock\.json)$/;

/**
 * Puts into an empty sandbox what its first start would make: the seeded AWS and GitHub, and stacks that are initialised. One
 * sandbox makes it for all the others of a checkout, for as long as what it is made by stays the same.
 */
export async function layFirstWorld(folder: SandboxFolder): Promise<void> {
  const worlds = keptFolder("worlds");
  const kept = await cached(basename(keptFile(worlds, ...(await sources()))), makeFirstWorld, worlds);
  await copyWorld(kept, folder.root);
}

async function makeFirstWorld(kept: string): Promise<void> {
  const first = new SandboxFolder(await realpath(await mkdtemp(join(tmpdir(), "sandbox-"))));
  try {
    await start(first, () => undefined);
    await stop(first);
    const { folder, originals } = first.project();
    // It says where the checkout is, seen from its own folder.
    for (const place of [folder, originals]) await rm(join(place, "Pulumi.yaml"));
    await copyWorld(first.root, kept);
  } finally {
    await reset(first);
  }
}

async function sources(): Promise<string[]> {
  const folder = join(checkout, "sandbox");
  const paths = [
    ...(await readdir(checkout)),
    ...(await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(checkout.length + 1)),
  ];
  const texts = paths
    .filter((path) => madeBy.test(path))
    .sort()
    .map(async (path) => [path, await readFile(join(checkout, path), "utf8")]);
  return (await Promise.all(texts)).flat();
}
