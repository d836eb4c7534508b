import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import { cached, type Progress } from "./cache";
import { findCommand } from "./commands";

/** Thrown where Go is needed and is not on `PATH`. */
export class GoMissing extends Error {}

/** A command that is built from a pinned Go module; `modules` is the folder with its go.mod and go.sum. */
export interface GoCommand {
  name: string;
  version: string;
  modules: string;
  package: string;
  /** How long a first build takes, in words. */
  duration: string;
  tags?: string[];
  ldflags?: string;
  /** @default none */
  replacedParts?: ReplacedParts;
}

/** Packages in the place of some of a module's own. */
export interface ReplacedParts {
  module: string;
  /** Folder of them, each with its path in the module. */
  packages: string;
}

/**
 * Path of the command's binary in the user's cache, built if it is not there.
 *
 * @param progress hears of the build, if there is one
 * @throws GoMissing if it must be built and there is no `go` on `PATH`
 */
export async function goCommand(command: GoCommand, progress: Progress): Promise<string> {
  const folder = await cached(await cacheName(command), async (unfinished) => {
    const go = await findCommand("go");
    if (!go) throw new GoMissing();
    await build(go, command, unfinished, progress);
  });
  return join(folder, "bin", command.name);
}

/** What is built with parts of our own is another binary with other parts. */
async function cacheName({ name, version, modules, replacedParts }: GoCommand): Promise<string> {
  if (!replacedParts) return `${name}-${version}`;
  const hash = createHash("sha256");
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((file) => join(file.parentPath, file.name));
  for (const path of paths.sort()) hash.update(relative(modules, path)).update(await readFile(path));
  return `${name}-${version}-${hash.digest("hex").slice(0, 12)}`;
}

async function build(go: string, command: GoCommand, folder: string, progress: Progress): Promise<void> {
  progress(
    `Building ${command.name} ${command.version} with Go, once for this user (${command.duration}) ...`,
  );
  const bin = join(folder, "bin");
  await mkdir(bin);
  const run = (args: string[]) =>
    execa(go, args, { cwd: command.modules, env: environment, stdin: "ignore" });
  const failed = (error: unknown) => {
    throw new Error(`Building ${command.name} ${command.version} with Go failed.`, { cause: error });
  };
  const { modules, replacedParts } = command;
  const replacement = join(folder, "replacement");
  const modfile =
    replacedParts && (await replaceParts(replacedParts, modules, replacement, run).catch(failed));
  // Built by the path of the command: `go mod download` without arguments and `go list -m all` would ask for metadata
  // of modules that take no part in the build, and not every module proxy has them.
  await run([
    "build",
    "-mod=readonly",
    "-trimpath",
    // What only debuggers read is not in the binary: making it first would be a tenth of the build.
    "-gcflags=all=-dwarf=false",
    ...(modfile === undefined ? [] : ["-modfile", modfile]),
    ...(command.tags ? ["-tags", command.tags.join(",")] : []),
    ...(command.ldflags ? ["-ldflags", command.ldflags] : []),
    "-o",
    join(bin, command.name),
    command.package,
  ]).catch(failed);
  await rm(replacement, { recursive: true, force: true });
}

// A workspace of the person's own would replace the pinned modules. The compiler's garbage collection, at Go's own pace, was a
// sixth of a build: it lets more gather, up to a limit that small machines can bear.
const environment = { GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0", GOGC: "400", GOMEMLIMIT: "2GiB" };

/**
 * Copies a module with other packages in the place of some of its own.
 *
 * @returns path of a go.mod that takes the copy: Go lets no file of its own cache be replaced
 */
async function replaceParts(
  { module, packages }: ReplacedParts,
  modules: string,
  folder: string,
  go: (args: string[]) => Promise<{ stdout: string }>,
): Promise<string> {
  const { stdout } = await go(["mod", "download", "-json", module]);
  const { Dir: original } = JSON.parse(stdout) as { Dir: string };
  const copy = join(folder, "module");
  const replaced = new Set((await goFiles(packages)).map(dirname));
  const kept = (await goFiles(original)).filter((path) => !replaced.has(dirname(path)));
  await copyFiles(original, copy, [...kept, "go.mod"]);
  await copyFiles(packages, copy, await goFiles(packages));
  const file = join(folder, "go.mod");
  await writeFile(
    file,
    `${await readFile(join(modules, "go.mod"), "utf8")}\nreplace ${module} => ${JSON.stringify(copy)}\n`,
  );
  await copyFiles(modules, folder, ["go.sum"]);
  return file;
}

async function goFiles(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith(".go") && !name.endsWith("_test.go"),
  );
}

/** Not `cp`: Go's cache may not be written to, and a copy of its folders neither. */
async function copyFiles(from: string, to: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), await readFile(join(from, path)));
  }
}
