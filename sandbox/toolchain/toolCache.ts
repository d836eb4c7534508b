import { execa } from "execa";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "./cache";
import { ensureKubectl, kubectlMinors } from "./kubectl";

/**
 * Lays out a runner's tool cache with the kubectl of each cluster version, such as `1.35`, where the runner's own tools
 * put what they fetch: `kubectl/<version>/x64/kubectl`.
 * https://github.com/actions/toolkit/tree/main/packages/tool-cache
 *
 * @throws Error for a version that has no kubectl here
 */
export async function layToolCache(folder: string, versions: string[], progress?: Progress): Promise<void> {
  for (const clusterVersion of new Set(versions)) {
    const minor = kubectlMinors.find((one) => clusterVersion === `1.${String(one)}`);
    if (minor === undefined) throw new Error(`There is no kubectl for a cluster ${clusterVersion}.`);
    const binary = await ensureKubectl(minor, progress);
    const { stdout } = await execa(binary, ["version", "--client", "--output", "json"]);
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { gitVersion: string } };
    const tool = join(folder, "kubectl", clientVersion.gitVersion.slice(1), "x64");
    await mkdir(tool, { recursive: true });
    await rm(join(tool, "kubectl"), { force: true });
    await symlink(binary, join(tool, "kubectl"));
  }
}
