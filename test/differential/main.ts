import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { kubectlMinors, type KubectlMinor } from "../../sandbox/toolchain/kubectl";
import { compare } from "./differential";
import { startWorld } from "./world";

interface Values {
  cases: number;
  seed: number;
  kubectlMinor: number;
}

/** Cases to one cluster: each starts kubectl twice. */
async function main({ cases, seed, kubectlMinor }: Values): Promise<void> {
  console.log(
    `Comparing the dry run with kubectl 1.${String(kubectlMinor)} on ${String(cases)} cases, seed ${String(seed)}.`,
  );
  const directory = await mkdtemp(join(tmpdir(), "differential-"));
  const world = await startWorld(directory, kubectlMinor as KubectlMinor);
  try {
    const { disagreements, verdicts, kinds } = await compare(world, cases, seed);
    for (const disagreement of disagreements) console.log(`${disagreement}\n`);
    const listed = (counts: Map<string, number>) =>
      [...counts]
        .sort()
        .map(([name, count]) => `${String(count)} ${name}`)
        .join(", ");
    console.log(`Kinds: ${listed(kinds)}.`);
    console.log(`kubectl says: ${listed(verdicts)}.`);
    console.log(`${String(disagreements.length)} of ${String(cases)} cases disagree (seed ${String(seed)}).`);
    if (disagreements.length > 0) process.exitCode = 1;
  } finally {
    await world.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

const command = new Command("test:differential")
  .description("Compares the dry run's verdicts and changed fields with kubectl's, object by object.")
  .option("--cases <number>", "how many objects", whole, 2000)
  .option("--seed <number>", "of the cases; by default another each time", whole, Date.now() % 2 ** 31)
  .option("--kubectl-minor <number>", `minor version of kubectl: ${kubectlMinors.join(", ")}`, whole, 35)
  .parse();

void main(command.opts<Values>());
