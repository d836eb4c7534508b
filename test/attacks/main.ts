import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Controls } from "./attack";
import { startAttackedCluster, type AttackedCluster } from "./attackedCluster";
import { lineOf, runAttacks, type RunResult } from "./run";
import { attackTable } from "./table";

const titles: Record<keyof Controls, string> = {
  shipped: "With the role that the guard ships",
  everything: "With a role that grants all that admission can see: the policy alone",
};

/** Attacks the guard on a real API server, prints a line for each request, and the summary last. */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "attacked-cluster-"));
  try {
    const cluster = await startAttackedCluster(directory);
    const runs = await bothRuns(cluster).finally(() => cluster.stop());
    process.exitCode = summarise(runs) ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function bothRuns(cluster: AttackedCluster): Promise<RunResult[]> {
  const runs: RunResult[] = [];
  for (const run of ["shipped", "everything"] as const) {
    if (run === "everything") await cluster.grantEverything();
    const result = await runAttacks(cluster, attackTable(), run);
    console.log(`\n## ${titles[run]}\n`);
    for (const row of result.results) console.log(lineOf(row, run));
    runs.push(result);
  }
  return runs;
}

/** Prints what was seen. Returns whether nothing got through and every control was the one that the row names. */
function summarise(runs: RunResult[]): boolean {
  console.log("");
  for (const { run, results, changedKeys } of runs) {
    const count = (control: string) => String(results.filter(({ answerer }) => answerer === control).length);
    console.log(
      `${run}: ${count("RBAC")} answered by RBAC, ${count("policy")} by the policy, ${count("server")} refused by the ` +
        `API itself, ${count("allowed dry run")} allowed dry runs; ` +
        `${String(results.filter(({ asNamed }) => !asNamed).length)} answered by another control than the row names; ` +
        `${changedKeys.length === 0 ? "nothing stored has changed" : `stored: ${changedKeys.join(", ")}`}`,
    );
  }
  const counts = runs.map(({ run, results }) => {
    const through = results.filter(({ breach }) => breach !== undefined).length;
    return `${String(through)} of ${String(results.length)} got through (${run})`;
  });
  console.log(counts.join("; "));
  return runs.every(
    ({ results, changedKeys }) =>
      changedKeys.length === 0 && results.every(({ breach, asNamed }) => breach === undefined && asNamed),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
