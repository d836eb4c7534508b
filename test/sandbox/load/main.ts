import { Command, InvalidArgumentError } from "commander";
import { load, loadAct, type LoadOptions } from "./load";

async function main({ act, ...options }: LoadOptions & { act?: true }): Promise<void> {
  const { pullRequests, quota, seed } = options;
  console.log(
    act
      ? `Three pull requests by act, ${String(quota)} builds at once in a region.`
      : `${String(pullRequests)} pull requests, ${String(quota)} builds at once in a region, seed ${String(seed)}.`,
  );
  const { problems, ...counts } = await (act ? loadAct(quota) : load(options));
  console.log(counts);
  for (const problem of problems) console.log(problem);
  console.log(`${String(problems.length)} problems (seed ${String(seed)}).`);
  if (problems.length > 0) process.exitCode = 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It must be a whole number.");
  return number;
}

const command = new Command("test:load")
  .description("Opens many pull requests at once and looks whether each ends with its own comment.")
  .option("--pull-requests <number>", "how many", whole, 30)
  .option("--quota <number>", "builds that a region runs at once", whole, 10)
  .option("--seed <number>", "of the pushes; by default another each time", whole, Date.now() % 2 ** 31)
  .option("--act", "three pull requests whose jobs act really runs")
  .parse();

void main(command.opts<LoadOptions & { act?: true }>());
