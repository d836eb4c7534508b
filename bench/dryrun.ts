import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { ensureKubectl } from "../sandbox/toolchain/kubectl";
import { type DryRunWorld, type Files, overlay, startDryRunWorld } from "../test/sandbox/dryrun/dryRunWorld";
import { peakMemory } from "./memory";
import { sameVerdicts } from "./verdicts";
import { benchManifests, benchOverlay } from "./overlay";

/**
 * Times the dry run beside `kubectl diff` and `kubectl apply --dry-run=server`, one after the other, on one cluster.
 *
 * Both sides start from the overlay's folder and end with an answer for each object. So kubectl's time has kustomize in
 * it twice, once for each command (`--kustomize`). The dry run's is that of the whole program as a job starts it: proof
 * of the guard, checksums, kustomize for head and for base, at the same time, and the report.
 *
 * kustomize compares each object with each other one whenever it adds one
 * (https://github.com/kubernetes-sigs/kustomize/issues/5084): three times the objects take nine times as long, whatever
 * files they are in. What it takes for head and base side by side is printed for each size, with the ratio that is left
 * without it: taken off the dry run's time once, off kubectl's twice.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-dryrun-"));
  const world = await startDryRunWorld();
  let headline = 0;
  try {
    const bench = { world, kubectl: await ensureKubectl(35), folder };
    let there = 0;
    for (const { size, runs } of sizes) {
      await world.admin(["create", "--save-config", "--filename=-"], benchManifests(there, size, false));
      there = size;
      const ratio = await measure(bench, size, runs);
      if (size === headlineSize) headline = ratio;
    }
  } finally {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (headline < leastRatio) {
    console.log(
      `The dry run must be at least ${String(leastRatio)} times as fast at ${String(headlineSize)} objects.`,
    );
    process.exitCode = 1;
  }
  console.log(`${headline.toFixed(1)}x`);
}

/** How many objects an overlay has, and how often the dry run is timed: the median counts. */
const sizes = [
  { size: 100, runs: 5 },
  { size: 1_000, runs: 5 },
  { size: 3_000, runs: 1 },
];

/** The size whose ratio is the last line. */
const headlineSize = 1_000;
const leastRatio = 20;

/** Most memory that the whole dry run may take with all that it starts, in bytes. */
const mostMemory = 400e6;

interface Bench {
  world: DryRunWorld;
  kubectl: string;
  folder: string;
}

/** Compares both ways for one size. The runs of the dry run are spread around kubectl's: other load meets both. */
async function measure({ world, kubectl, folder }: Bench, size: number, runs: number): Promise<number> {
  const [base, head] = [benchOverlay(size, false), benchOverlay(size, true)];
  write(folder, head);
  write(join(folder, "base"), base);
  const flags = [`--kubeconfig=${world.adminKubeconfig}`, `--cache-dir=${join(folder, "cache")}`];
  const path = join(folder, overlay);
  const run = (...args: string[]) =>
    timed(() => execa(kubectl, args, { reject: false, maxBuffer: 512 * 1024 * 1024 }));
  const dryRun = () => world.run({ base, head });
  const own: Timed<Awaited<ReturnType<typeof dryRun>>>[] = [];
  const timeOwn = async (share: number) => {
    for (let at = 0; at < share; at += 1) own.push(await timed(dryRun));
  };

  const rendered = await timed(() =>
    Promise.all([path, join(folder, "base", overlay)].map((side) => run("kustomize", side))),
  );
  await timeOwn(Math.floor(runs / 2));
  const compared = await run("diff", `--kustomize=${path}`, ...flags);
  await timeOwn(runs - 2 * Math.floor(runs / 2));
  const applied = await run("apply", "--dry-run=server", `--kustomize=${path}`, ...flags);
  await timeOwn(Math.floor(runs / 2));
  // Watching takes a processor's time too: the runs that are timed are not watched.
  const [, memory] = await peakMemory("/main.cjs", dryRun);

  if (compared.result.exitCode !== 1 || applied.result.exitCode !== 0) {
    throw new Error(`kubectl could not compare: ${compared.result.stderr}${applied.result.stderr}`);
  }
  const [median] = own.sort((one, other) => one.seconds - other.seconds).slice(Math.floor(own.length / 2));
  const { report, log, exitCode } = median?.result ?? {};
  if (!median || !report || exitCode !== 0) throw new Error(`The dry run failed: ${log ?? ""}`);
  const changed = sameVerdicts(compared.result.stdout, applied.result.stdout, report);

  const both = compared.seconds + applied.seconds;
  const ratio = both / median.seconds;
  const ratioUnrendered = (both - 2 * rendered.seconds) / (median.seconds - rendered.seconds);
  console.log(
    [
      `${String(size)} objects, ${String(changed)} changed, verdicts agree: ${ratio.toFixed(1)}x`,
      `  kubectl diff ${inSeconds(compared)} + kubectl apply --dry-run=server ${inSeconds(applied)}`,
      `  dry run ${inSeconds(median)} (median of ${String(own.length)}), at most ${(memory / 1e6).toFixed(0)} MB`,
      `  of it kubectl kustomize ${inSeconds(rendered)}, which is in all three; without it ${ratioUnrendered.toFixed(1)}x`,
    ].join("\n"),
  );
  if (memory > mostMemory) throw new Error(`The dry run took more than ${String(mostMemory / 1e6)} MB.`);
  return ratio;
}

interface Timed<Outcome> {
  result: Outcome;
  seconds: number;
}

async function timed<Outcome>(task: () => Promise<Outcome>): Promise<Timed<Outcome>> {
  const start = performance.now();
  const result = await task();
  return { result, seconds: (performance.now() - start) / 1000 };
}

function inSeconds({ seconds }: { seconds: number }): string {
  return `${seconds.toFixed(1)} s`;
}

function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

void main();
