import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { chaos, line, shortened } from "./chaos";
import { sample } from "./cases";
import { nameOf } from "./record";
import { summary } from "./summary";

// The SDK's advice on Node versions is none of the answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

interface Options {
  sample?: number;
  seed: number;
  only?: string;
  sandboxes: number;
  directory?: string;
}

async function main({ sample: count, seed, only, sandboxes, directory: given }: Options): Promise<void> {
  if (given !== undefined) await mkdir(given, { recursive: true });
  const directory = await realpath(given ?? (await mkdtemp(join(tmpdir(), "chaos-"))));
  try {
    const results = await chaos(directory, {
      sandboxes,
      progress: console.error,
      choose: (all) => {
        const wanted = only === undefined ? all : all.filter((one) => nameOf(one).includes(only));
        return count === undefined ? wanted : sample(wanted, count, seed);
      },
    });
    for (const result of results.sort((a, b) => line(a).localeCompare(line(b)))) {
      console.log(line(result));
      if (result.problems.length === 0) continue;
      for (const problem of result.problems) console.log(`    ${shortened(problem)}`);
      console.log(result.said.join("\n").replace(/^/gm, "    | "));
    }
    const { text, isSurvived } = summary(results);
    if (count !== undefined) console.log(`A sample, seed ${String(seed)}.`);
    console.log(text);
    if (!isSurvived) process.exitCode = 1;
  } finally {
    if (given === undefined) await rm(directory, { recursive: true, force: true });
  }
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

const command = new Command("chaos")
  .description(
    "Spoils every call of AWS and GitHub that deploying makes, one at a time in every way, does what the error says, and " +
      "compares what is there with a run that nothing disturbed.",
  )
  .option("--sample <number>", "play so many, chosen at random", whole)
  .option("--seed <number>", "of the sample; by default another each time", whole, Date.now() % 2 ** 31)
  .option("--only <text>", "play those whose operation and fault, as `ec2 CreateSubnet, kill -9`, contain it")
  .option("--sandboxes <number>", "side by side", whole, 3)
  .option(
    "--directory <path>",
    "a folder to work in and to leave behind; what has survived there before is not played again",
  )
  .parse();

void main(command.opts<Options>());
