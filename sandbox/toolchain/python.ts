import { join } from "node:path";
import { execa } from "execa";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { cached, type Progress } from "./cache";
import { findCommand } from "./commands";
import { isAtLeast } from "./version";

/** The sandbox's Python environment: moto, which plays most of AWS, and the real `aws` command. */
export interface PythonEnvironment {
  /** Absolute path of its interpreter. */
  python: string;
  /** Absolute path of its `aws` command. */
  aws: string;
}

/** Oldest Python whose wheels the lock names. */
const oldest = "3.11";

/**
 * The Python environment with exactly the packages of python/requirements.txt, made if it is not in the cache.
 *
 * @throws Error if there is no Python of a recent enough version, or packages cannot be installed
 */
export async function ensurePython(progress: Progress): Promise<PythonEnvironment> {
  const commands = await ensurePackages("python", "requirements.txt", (version) => {
    progress(`Installing moto and the aws command with Python ${version}, once for this user (a minute) ...`);
  });
  return { python: join(commands, "python"), aws: join(commands, "aws") };
}

/**
 * Path of zizmor at the version of python/zizmor.txt. It has an environment of its own: only tests need it.
 *
 * @throws Error as {@link ensurePython}
 */
export async function ensureZizmor(progress: Progress): Promise<string> {
  const commands = await ensurePackages("zizmor", "zizmor.txt", () => {
    progress("Installing zizmor, once for this user ...");
  });
  return join(commands, "zizmor");
}

/**
 * The commands of an environment with exactly the packages of a lock.
 *
 * @param lock name of the file in the folder `python`
 * @param begins hears that the environment is made, and with which Python
 */
async function ensurePackages(
  name: string,
  lock: string,
  begins: (version: string) => void,
): Promise<string> {
  const { path, version } = await findPython();
  const requirements = join(__dirname, "python", lock);
  const lockHash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = await cached(`${name}-${version}-${lockHash}`, async (unfinished, finalFolder) => {
    begins(version);
    await install(path, requirements, unfinished, finalFolder);
  });
  return join(folder, "bin");
}

async function findPython(): Promise<{ path: string; version: string }> {
  const path = await findCommand("python3");
  if (!path) throw new Error(`There is no python3 on PATH. ${remedy}`);
  const { stdout } = await execa(path, ["-c", "import platform; print(platform.python_version())"]);
  const version = stdout.trim();
  if (!isAtLeast(version, oldest)) throw new Error(`${path} is Python ${version}. ${remedy}`);
  return { path, version };
}

const remedy = `Install Python ${oldest} or newer with its venv module (Debian: apt install python3 python3-venv).`;

async function install(
  python: string,
  requirements: string,
  folder: string,
  finalFolder: string,
): Promise<void> {
  const run = (command: string, args: string[], what: string) =>
    execa(command, args, { stdin: "ignore" }).catch((error: unknown) => {
      throw new Error(what, { cause: error });
    });
  await run(python, ["-m", "venv", folder], `Python could not make a virtual environment. ${remedy}`);
  await run(
    join(folder, "bin", "python"),
    [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--require-hashes",
      // A package without a wheel would run its own setup script.
      "--only-binary=:all:",
      "-r",
      requirements,
    ],
    `pip could not install the packages of ${requirements}.`,
  );
  // pip wrote the unfinished folder's path into the first line of each command; this writes the final one.
  await run(
    join(folder, "bin", "python"),
    ["-c", relocate, join(folder, "bin"), folder, finalFolder],
    "The commands of the Python environment could not be moved to their final folder.",
  );
}

const relocate = `
import pathlib, sys
commands, folder, final = pathlib.Path(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode()
for command in commands.iterdir():
    if command.is_file() and not command.is_symlink():
        text = command.read_bytes()
        if folder in text:
            command.write_bytes(text.replace(folder, final))
`;
