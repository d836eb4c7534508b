import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { Report } from "../dryrun/report/types";
import { ensureKubectl } from "../sandbox/toolchain/kubectl";
import { type DryRunWorld, overlay, overlayOf, startDryRunWorld } from "../test/sandbox/dryrun/dryRunWorld";
import { peakMemory } from "./memory";

/** How many objects an overlay has; one in twenty is changed. */
const sizes = [100, 1_000, 3_000];
const changedEvery = 20;

/** The size whose ratio is the last line. */
const headlineSize = 1_000;

/** Most memory that the whole dry run may take, in bytes. */
const mostMemory = 400e6;

function manifest(index: number, isChanged: boolean): object {
  const name = `object-${String(index)}`;
  const metadata = { name, namespace: "default", labels: { app: name } };
  const version = isChanged ? "2" : "1";
  // Without an address of its own: a cluster has few of them to give.
  if (index % 5 === 3) {
    const ports = [{ name: "http", port: 80, targetPort: isChanged ? 8081 : 8080 }];
    return {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { clusterIP: "None", selector: { app: name }, ports },
    };
  }
  if (index % 5 === 4)
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { version, index: String(index) } };
  const container = {
    name: "main",
    image: `example.org/app:${version}`,
    ports: [{ containerPort: 8080, name: "http" }],
    env: [
      { name: "LEVEL", value: "info" },
      { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
  };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  const spec = { replicas: 2, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

/** Objects from one number to below another. The changed ones are of every kind. */
function manifests(from: number, to: number, isHead: boolean): string {
  return Array.from({ length: to - from }, (_, at) => from + at)
    .map((index) => JSON.stringify(manifest(index, isHead && isChanged(index))))
    .join("\n---\n");
}

function isChanged(index: number): boolean {
  return index % changedEvery === Math.floor(index / changedEvery) % changedEvery;
}

interface Timed<Result> {
  result: Result;
  seconds: number;
}

async function timed<Result>(task: () => Promise<Result>): Promise<Timed<Result>> {
  const start = performance.now();
  const result = await task();
  return { result, seconds: (performance.now() - start) / 1000 };
}

/** Names of the objects that `kubectl diff` shows, such as `Deployment object-1`. */
function changedByKubectl(difference: string): string[] {
  const files = [...difference.matchAll(/^diff .*\/(\S+)$/gm)].map(([, file = ""]) => file.split("."));
  return files.map((parts) => `${parts.at(-3) ?? ""} ${parts.at(-1) ?? ""}`).sort();
}

function changedInReport({ objects }: Report): string[] {
  return objects
    .filter(({ verdict }) => verdict === "change")
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();
}

/** Compares both ways for one size. */
async function measure(world: DryRunWorld, kubectl: string, size: number, folder: string): Promise<number> {
  const [base, head] = [false, true].map((isHead) => overlayOf([manifests(0, size, isHead)]));
  if (!base || !head) throw new Error("There are no files.");
  for (const [path, text] of Object.entries(head)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const flags = [`--kubeconfig=${world.adminKubeconfig}`, `--cache-dir=${join(folder, "cache")}`];
  const target = [`--kustomize=${join(folder, overlay)}`, ...flags];
  const run = (args: string[]) => execa(kubectl, args, { reject: false, maxBuffer: 512 * 1024 * 1024 });

  const compared = await timed(() => run(["diff", ...target]));
  const applied = await timed(() => run(["apply", "--dry-run=server", ...target]));
  if (compared.result.exitCode !== 1 || applied.result.exitCode !== 0) {
    throw new Error(`kubectl could not compare: ${compared.result.stderr}${applied.result.stderr}`);
  }
  const dryRun = () => world.run({ base, head });
  const runs = [await timed(dryRun), await timed(dryRun), await timed(dryRun)].sort(
    (a, b) => a.seconds - b.seconds,
  );
  const own = runs[1] ?? (await timed(dryRun));
  // Watching takes a processor's time too: the runs that are timed are not watched.
  const [, memory] = await peakMemory("/main.cjs", dryRun);
  const { report, log, exitCode } = own.result;
  if (!report || exitCode !== 0) throw new Error(`The dry run failed: ${log}`);

  const [expected, found] = [changedByKubectl(compared.result.stdout), changedInReport(report)];
  const unchanged = report.objects.filter(({ verdict }) => verdict === "unchanged").length;
  const saysUnchanged = applied.result.stdout.match(/ unchanged \(server dry run\)$/gm)?.length ?? 0;
  const isSame =
    expected.join() === found.join() && unchanged === saysUnchanged && unchanged + found.length === size;
  const ratio = (compared.seconds + applied.seconds) / own.seconds;
  console.log(
    `${String(size)} objects, ${String(expected.length)} changed: kubectl diff ${compared.seconds.toFixed(1)} s + kubectl apply ` +
      `--dry-run=server ${applied.seconds.toFixed(1)} s; dry run ${own.seconds.toFixed(1)} s (median of three), ` +
      `${(memory / 1e6).toFixed(0)} MB at most; verdicts ${isSame ? "agree" : "DIFFER"}; ${ratio.toFixed(1)} times as fast`,
  );
  if (!isSame) throw new Error(`kubectl: ${expected.join(", ")}\ndry run: ${found.join(", ")}`);
  if (memory > mostMemory) throw new Error(`The dry run took more than ${String(mostMemory / 1e6)} MB.`);
  return ratio;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-dryrun-"));
  const kubectl = await ensureKubectl(35);
  const world = await startDryRunWorld();
  const ratios = new Map<number, number>();
  try {
    let there = 0;
    for (const size of sizes) {
      await world.admin(["create", "--save-config", "--filename=-"], manifests(there, size, false));
      there = size;
      ratios.set(size, await measure(world, kubectl, size, folder));
    }
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${(ratios.get(headlineSize) ?? 0).toFixed(1)}x`);
}

void main();
