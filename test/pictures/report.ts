/**
 * `npm run picture:report`: dry-runs a pull request on the sample repository against a real API server, and takes the
 * picture of its report for the README. Needs a Chromium on the PATH.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { githubPage } from "../../sandbox/demo/githubPage";
import {
  type DryRunWorld,
  type Files,
  overlay,
  startDryRunWorld,
  writeFiles,
} from "../sandbox/dryrun/dryRunWorld";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { photograph } from "./photograph";

const root = join(__dirname, "..", "..");
const sample = join(root, "sandbox", "github", "targetRepository");
const picture = join(root, "docs", "report.png");

/** What the pull request changes in the sample repository: file, text, text in its place. */
const changes: [path: string, before: string, after: string][] = [
  ["k8s/ja-production/transfer-worker.yaml", "replicas: 12", "replicas: 16"],
  ["k8s/base/api/service.yaml", "port: 80", "port: 80800"],
  ["k8s/base/settings/secret.yaml", "stringData:", "stringData:\n  WAREHOUSE_PASSWORD: canary-not-a-secret"],
  ["k8s/base/metadata-cache/kustomization.yaml", "  - pod-disruption-budget.yaml\n", ""],
];

async function main(): Promise<void> {
  const world = await startDryRunWorld(["connectors.transfer.example.org"]);
  try {
    const base = sampleRepository();
    await deploy(world, base);
    const { summary, log } = await world.run({
      base,
      head: changed(base),
      args: ["--cluster-name", "trocco-production"],
    });
    console.log(log);
    const html = githubPage(summary, "Run k8s_dryrun action: summary");
    // The first difference is unfolded, as a reader would do.
    await photograph(html.replace("<details>", "<details open>"), picture, 745);
  } finally {
    await world.stop();
  }
}

function sampleRepository(): Files {
  const files = readdirSync(sample, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(sample, path)).isFile(),
  );
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(sample, path), "utf8")]));
}

function changed(base: Files): Files {
  const head = { ...base };
  for (const [path, before, after] of changes) {
    const text = String(head[path]);
    if (!text.includes(before)) throw new Error(`${path} has no ${JSON.stringify(before)} any more.`);
    head[path] = text.replace(before, after);
  }
  return head;
}

/** Brings the cluster to what the base says. Twice: objects of a definition are known a moment after it. */
async function deploy(world: DryRunWorld, base: Files): Promise<void> {
  const folder = world.folder();
  writeFiles(folder, base);
  const { stdout } = await execa(await ensureKubectl(35), ["kustomize", join(folder, overlay)]);
  await world.apply(stdout).catch(() => undefined);
  await world.admin(["wait", "--for=condition=Established", "crd", "--all", "--timeout=20s"]);
  await world.apply(stdout);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
