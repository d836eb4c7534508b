import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleAll } from "../engine/bundle";
import { commandScript } from "../engine/shell";
import { checkout, type SandboxFolder, type SandboxState } from "../folder";
import type { MachineEnvironment } from "../github/actions/machines";
import { processMark } from "../processes";
import type { Toolchain } from "../toolchain/toolchain";

/**
 * Makes what GitHub's hosted machines have beside Node and the system's commands
 * (https://github.com/actions/runner-images/blob/main/images/ubuntu/Ubuntu2404-Readme.md), and Pulumi, for the action that
 * installs it.
 *
 * @param pulumi path of the real command
 */
export async function installHostedMachine(
  folder: SandboxFolder,
  { python }: Toolchain,
  pulumi: string,
): Promise<void> {
  const machine = folder.hostedMachine();
  await rm(machine.root, { recursive: true, force: true });
  for (const path of [machine.bin, machine.pulumi]) await mkdir(path, { recursive: true });
  const npm = join(machine.root, "npm.js");
  await bundleAll([{ entry: join(__dirname, "npm.ts"), file: npm }]);
  await command(join(machine.bin, "npm"), process.execPath, npm, checkout);
  await command(join(machine.bin, "aws"), python.aws);
  await command(join(machine.pulumi, "pulumi"), pulumi);
}

async function command(file: string, path: string, ...args: string[]): Promise<void> {
  await writeFile(file, commandScript(path, ...args));
  await chmod(file, 0o755);
}

/**
 * The environment of a hosted machine: what stands for the network, on which AWS, GitHub's API and Pulumi Cloud are found by
 * their names. No credential of anything is in it.
 */
export function hostedMachine(folder: SandboxFolder, ports: SandboxState["ports"]): MachineEnvironment {
  const { bin, pulumi } = folder.hostedMachine();
  const at = (port: number) => `http://127.0.0.1:${String(port)}`;
  return {
    path: [bin],
    variables: {
      ...processMark(folder),
      AWS_ENDPOINT_URL: at(ports.aws),
      AWS_EC2_METADATA_DISABLED: "true",
      GITHUB_BASE_URL: `${at(ports.github)}/`,
      PULUMI_BACKEND_URL: at(ports.pulumiCloud),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      SANDBOX_PULUMI: pulumi,
      SANDBOX_PULUMI_PLUGINS: join(folder.pulumiHome(), "plugins"),
    },
  };
}
