import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { build, type BuildOptions, version } from "esbuild";
import { checkout } from "../folder";
import { bundleMark, keep, keptFile, keptFolder, readKept } from "../keptFiles.cjs";

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

const folder = keptFolder("bundled");

const options = {
  absWorkingDir: checkout,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  // ES modules are bundled without what nobody imports of them: of the AWS SDK's clients nearly all, which took half of a start.
  mainFields: ["module", "main"],
  banner: { js: bundleMark },
  // V8 keeps nothing of a text with `import()`: sandbox/compileCache.cjs.
  supported: { "dynamic-import": false },
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
  const file = keptFile(folder, version, JSON.stringify(options), entry);
  const text = readKept(file);
  const kept = text && (JSON.parse(text.toString()) as Kept);
  if (kept && (await areSame(kept.sources))) return kept.text;
  const since = Date.now();
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: [entry],
    write: false,
    metafile: true,
  });
  const made = outputFiles[0]?.text ?? "";
  const paths = Object.keys(metafile.inputs).map((path) => resolve(checkout, path));
  if (await areOlder(paths, since)) {
    const whole: Kept = { text: made, sources: await hashesOf(paths) };
    keep(file, JSON.stringify(whole));
  }
  return made;
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
  const hash = async (path: string) => {
    const text = await readFile(path);
    return [path, createHash("sha256").update(text).digest("hex")] as const;
  };
  return Object.fromEntries(await Promise.all(paths.map(hash)));
}
