import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";
import { ensureKubectl } from "../toolchain/kubectl";

/** What a company's cluster holds before this program comes. */
export interface ClusterSeed {
  adminKubeconfig: string;
  /** The bare repository with the manifests. */
  repository: string;
  branch: string;
  /** Folder of the overlay in it, such as `k8s/ja-production`. */
  overlay: string;
}

const namespace = "data-platform";
const hotfix = "registry.example.org/data-platform/scheduler:2026.11.2-hotfix";

/** What has come about since the last deployment, as in every cluster that lives. */
const drift = [
  // The autoscaler has added pods.
  ["scale", "deployment/api", "--replicas=9", "--namespace", namespace],
  // Somebody mended a fault at night and has not told the repository.
  ["set", "image", "deployment/scheduler", `scheduler=${hotfix}`, "--namespace", namespace],
];

/**
 * Deploys an overlay as the company does, with `kubectl apply`, and lets it drift a little.
 *
 * @throws Error with what kubectl says
 */
export async function seedCluster({
  adminKubeconfig,
  repository,
  branch,
  overlay,
}: ClusterSeed): Promise<void> {
  const kubectl = await ensureKubectl(35);
  const folder = await mkdtemp(join(tmpdir(), "manifests-"));
  const run = (...args: string[]) =>
    execa(kubectl, ["--kubeconfig", adminKubeconfig, ...args], { stdin: "ignore" });
  try {
    const archive = join(folder, "manifests.tar");
    await execa("git", ["archive", "--format=tar", `--output=${archive}`, branch], { cwd: repository });
    await execa("tar", ["-xf", archive, "-C", folder]);
    await applied(() => run("apply", "--kustomize", join(folder, overlay)));
    for (const change of drift) await run(...change);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An object whose kind the same command defines is refused until the API server serves that kind, a moment later. */
async function applied(apply: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await apply();
      return;
    } catch (error) {
      if (attempt === 10) throw error;
      await setTimeout(500);
    }
  }
}
