import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parse, parseDocument } from "yaml";

/**
 * The sandbox's own copies of the Pulumi files, so that using it leaves `git status` clean: `pulumi stack init` with a
 * passphrase writes `encryptionsalt` into the stack file, and `pulumi config set` writes there too.
 */
export interface Project {
  /** Where the program and its Pulumi files are. */
  checkout: string;
  /** Where the copies are: what `pulumi -C` takes. */
  folder: string;
  /** Where the checkout's files are kept as they were when they were copied. */
  originals: string;
}

const projectFile = "Pulumi.yaml";
const stackFile = /^Pulumi\.(.+)\.yaml$/;

/** Names of the stacks that have a file in a folder, sorted. */
export async function stackNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).flatMap((name) => stackFile.exec(name)?.[1] ?? []).sort();
}

/**
 * Brings the copies up to date: a file that changed in the checkout since it was copied is copied anew, and one that
 * went away goes. What was changed in a copy alone stays.
 *
 * @param warn hears of each copy that had changed too: the checkout wins
 */
export async function updateCopies(project: Project, warn: (line: string) => void): Promise<void> {
  await mkdir(project.folder, { recursive: true });
  await mkdir(project.originals, { recursive: true });
  for (const name of await pulumiFiles(project.checkout)) await updateCopy(project, name, warn);
  for (const name of await pulumiFiles(project.originals)) {
    if ((await read(join(project.checkout, name))) !== undefined) continue;
    await rm(join(project.folder, name), { force: true });
    await rm(join(project.originals, name), { force: true });
  }
}

async function pulumiFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name === projectFile || stackFile.test(name)).sort();
}

async function updateCopy(project: Project, name: string, warn: (line: string) => void): Promise<void> {
  const paths = { copy: join(project.folder, name), original: join(project.originals, name) };
  const [source, copy, original] = await Promise.all([
    readFile(join(project.checkout, name), "utf8"),
    read(paths.copy),
    read(paths.original),
  ]);
  if (source === original && copy !== undefined) return;
  const pristine = (text: string) => (name === projectFile ? withMain(text, project) : text);
  // Another command may be bringing this copy up to date right now.
  const expected = [source, ...(original === undefined ? [] : [original])].map(pristine);
  if (copy !== undefined && !expected.some((text) => sameSettings(copy, text)))
    warn(`${name} changed in the checkout and in the sandbox. The sandbox's own settings in it are gone.`);
  await writeWhole(paths.copy, withSaltOf(copy, pristine(source)));
  await writeWhole(paths.original, source);
}

/**
 * Gives the salt of one stack to the others that have none: with it the engine makes the key out of the passphrase, slowly
 * on purpose, and the home stack, which reads the others' states, would make one for each.
 */
export async function shareSalt({ folder }: Project, from: string, to: string[]): Promise<void> {
  const copyOf = (stack: string) => join(folder, `Pulumi.${stack}.yaml`);
  const salted = await readFile(copyOf(from), "utf8");
  for (const stack of to) {
    const text = await readFile(copyOf(stack), "utf8");
    if (settings(text).encryptionsalt === undefined)
      await writeWhole(copyOf(stack), withSaltOf(salted, text));
  }
}

/** The project file with `main` leading back to the checkout, relative to the copy's folder. */
function withMain(text: string, { checkout, folder }: Project): string {
  const document = parseDocument(text);
  const own = document.get("main");
  document.set("main", join(relative(folder, checkout), typeof own === "string" ? own : "."));
  return document.toString();
}

/** Secrets in the stack's state and file can be read only with the salt that the stack was initialised with. */
function withSaltOf(copy: string | undefined, text: string): string {
  const salt = copy === undefined ? undefined : settings(copy).encryptionsalt;
  if (salt === undefined) return text;
  const document = parseDocument(text);
  document.set("encryptionsalt", salt);
  return document.toString();
}

function sameSettings(one: string, other: string): boolean {
  const [left, right] = [settings(one), settings(other)];
  return isDeepStrictEqual({ ...left, encryptionsalt: 0 }, { ...right, encryptionsalt: 0 });
}

function settings(text: string): Record<string, unknown> {
  return (parse(text) ?? {}) as Record<string, unknown>;
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}

/** Several stacks' `pulumi` may run side by side: none may see half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
