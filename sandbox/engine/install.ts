import { chmod, copyFile, link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Toolchain } from "../toolchain/toolchain";
import { bundleAll } from "./bundle";
import type { Project } from "./project";
import { commandScript } from "./shell";

/** The folders of a sandbox that hold its commands and the engine. */
export interface EngineFolders {
  /** First on `PATH`: `pulumi`, `aws`, `actionlint`. */
  bin: string;
  /** The real engine and its language host. */
  engine: string;
  project: Project;
}

/** Puts the engine and the commands of a sandbox into its folders. @returns path of the real pulumi */
export async function installEngine(folders: EngineFolders, toolchain: Toolchain): Promise<string> {
  const { bin, engine, project } = folders;
  await Promise.all([bin, engine].map((folder) => rm(folder, { recursive: true, force: true })));
  await Promise.all([bin, engine].map((folder) => mkdir(folder, { recursive: true })));
  const pulumi = toolchain.pulumi.built
    ? await installBuiltEngine(toolchain.pulumi.path, engine)
    : toolchain.pulumi.path;
  const wrapper = join(engine, "pulumi-command.js");
  await bundleAll([{ entry: join(__dirname, "pulumiCommand.ts"), file: wrapper }]);
  const { checkout, folder, originals } = project;
  await command(bin, "pulumi", process.execPath, wrapper, pulumi, checkout, folder, originals);
  await command(bin, "aws", toolchain.python.aws);
  if (toolchain.actionlint) await command(bin, "actionlint", toolchain.actionlint);
  return pulumi;
}

/** An engine finds its language hosts beside its own binary: a link to it must be a hard one. */
async function installBuiltEngine(binary: string, engine: string): Promise<string> {
  const pulumi = join(engine, "pulumi");
  await link(binary, pulumi).catch(() => copyFile(binary, pulumi));
  const host = join(engine, "languageHost.js");
  await bundleAll([{ entry: join(__dirname, "languageHost", "main.ts"), file: host }]);
  await command(engine, "pulumi-language-nodejs", process.execPath, host);
  return pulumi;
}

async function command(folder: string, name: string, path: string, ...args: string[]): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, commandScript(path, ...args));
  await chmod(file, 0o755);
}
