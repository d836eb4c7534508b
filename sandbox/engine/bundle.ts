import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { build, type BuildOptions, version } from "esbuild";
import { checkout } from "../folder";

/** A TypeScript entry point and the one JavaScript file to make of it. */
export interface Bundle {
  entry: string;
  file: string;
}

/** What is kept of a bundle: it is taken again as long as every file that it was made of is the same. */
interface Kept {
  text: string;
  /** SHA-256 of each, by its path. */
  sources: Record<string, string>;
}

const folder = join(checkout, "node_modules", ".cache", "bundled");

const options = {
  absWorkingDir: checkout,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "silent",
} satisfies BuildOptions;

/** Bundles programs for the Node.js that runs this, so that each starts in a fraction of a second. */
export async function bundleAll(bundles: Bundle[]): Promise<void> {
  await Promise.all(
    bundles.map(async ({ entry, file }) => {
      const text = await bundleOf(entry);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }),
  );
}

/** Every start of a sandbox wants the same: of what one computes, a third was this. */
async function bundleOf(entry: string): Promise<string> {
  const file = join(folder, sha256(JSON.stringify([version, options, entry])));
  const kept = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Kept,
    () => undefined,
  );
  if (kept && (await areSame(kept.sources))) return kept.text;
  const since = Date.now();
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [entry],
    write: false,
    metafile: true,
  });
  const text = outputFiles[0]?.text ?? "";
  const paths = Object.keys(metafile.inputs).map((path) => resolve(checkout, path));
  if (await areOlder(paths, since)) await keep(file, { text, sources: await hashesOf(paths) });
  return text;
}

async function areSame(sources: Record<string, string>): Promise<boolean> {
  try {
    const now = await hashesOf(Object.keys(sources));
    return Object.entries(sources).every(([path, hash]) => now[path] === hash);
  } catch {
    return false;
  }
}

/** Whether nobody has written to them since: what was read is what is there. */
async function areOlder(paths: string[], since: number): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => stat(path)));
  return found.every(({ ctimeMs }) => ctimeMs < since);
}

async function hashesOf(paths: string[]): Promise<Record<string, string>> {
  const hash = async (path: string) => [path, sha256(await readFile(path))] as const;
  return Object.fromEntries(await Promise.all(paths.map(hash)));
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Processes side by side keep the same: none may see half a file. */
async function keep(file: string, kept: Kept): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, JSON.stringify(kept));
  await rename(temporary, file);
}
