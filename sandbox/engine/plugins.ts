import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { awsVersion, kubernetesVersion } from "../providers/eks/versions";
import { bundleAll } from "./bundle";
import { commandScript } from "./shell";

const providers = join(__dirname, "..", "providers");

/**
 * Puts every provider of sandbox/providers/ into a `PULUMI_HOME`, where the engine finds it by name and exact version,
 * so that neither the program nor Pulumi.yaml has to know of it
 * (pulumi/pulumi:sdk/go/common/workspace/plugins.go, getPluginInfoAndPath).
 *
 * @param checkout where the npm packages are, whose versions the plugins take
 */
export async function installPlugins(pulumiHome: string, checkout: string): Promise<void> {
  const plugins = join(pulumiHome, "plugins");
  await rm(plugins, { recursive: true, force: true });
  await Promise.all((await providerNames()).map((name) => installPlugin(name, plugins, checkout)));
}

async function providerNames(): Promise<string[]> {
  const names = await readdir(providers);
  return names.filter((name) => existsSync(join(providers, name, "main.ts")));
}

async function installPlugin(name: string, plugins: string, checkout: string): Promise<void> {
  const versions = new Set([await pluginVersion(name, checkout), ...(askedForByEks[name] ?? [])]);
  const [first = "", ...others] = [...versions].map((version) =>
    join(plugins, `resource-${name}-v${version}`),
  );
  const bundle = join(first, `pulumi-resource-${name}.js`);
  await bundleAll([{ entry: join(providers, name, "main.ts"), file: bundle }]);
  for (const folder of [first, ...others]) {
    const command = join(folder, `pulumi-resource-${name}`);
    await mkdir(folder, { recursive: true });
    await writeFile(command, commandScript(process.execPath, bundle));
    await chmod(command, 0o755);
  }
}

/** A component asks for other versions than the program: https://github.com/pulumi/pulumi-eks/tree/v4.3.0/nodejs/eks */
const askedForByEks: Record<string, string[]> = { aws: [awsVersion], kubernetes: [kubernetesVersion] };

/** The version of its plugin that an SDK asks the engine for. */
async function pluginVersion(name: string, checkout: string): Promise<string> {
  const text = await readFile(join(checkout, "node_modules", "@pulumi", name, "package.json"), "utf8");
  const { version, pulumi } = JSON.parse(text) as { version: string; pulumi?: { version?: string } };
  return (pulumi?.version ?? version).replace(/^v/, "");
}
