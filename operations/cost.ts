import { Command, Option } from "commander";
import { environments, hasRunner } from "../stacks/environments";
import { breakEvens } from "./cost/breakEven";
import { estimates, priceGaps, usedPrices } from "./cost/estimate";
import { inputTable, numberInputs } from "./cost/inputTable";
import { measure } from "./cost/measure";
import { builtInPrices, overridden, readPrices } from "./cost/priceList";
import { readInputs, type GivenNumbers } from "./cost/readInputs";
import { report } from "./cost/text";
import { hostedJobsOf } from "./cost/workflowJobs";

interface CostOptions extends GivenNumbers {
  regions?: string;
  repo?: string;
  prices?: string;
  public: boolean;
  freeAllowances: boolean;
  json: boolean;
}

const program = new Command("cost").description(
  "What this set-up costs a month, in the regions of stacks/environments.ts, and what others would cost.",
);
for (const name of numberInputs) {
  const { option, meaning, value, why } = inputTable[name];
  const taken = value === undefined ? why : `${String(value)}, ${why}`;
  program.addOption(new Option(`--${option} <number>`, `${meaning} (default: ${taken})`));
}
program
  .option(
    "--regions <list>",
    "a cluster in each of these AWS regions, with commas between, instead of the registry's",
  )
  .option("--touched <share>", "share of the pushes that touch a cluster, 0 to 1 (default: 1, assumed)")
  .option("--repo <folder>", "measure in a clone of the target repository what is not given")
  .option("--prices <file>", "your own prices, in the format of operations/cost/prices.json")
  .option("--public", "the target repository is public", false)
  .option("--free-allowances", "nobody else uses up the free minutes and credits", false)
  .option("--json", "print everything as JSON", false)
  .action(async (options: CostOptions) => {
    console.log(await cost(options));
  });

async function cost(options: CostOptions): Promise<string> {
  const active = environments.filter((environment) => environment.active);
  const known = {
    environments: clusters(options.regions),
    hostedJobs: hostedJobsOf(active),
    publicRepository: options.public,
    freeAllowances: options.freeAllowances,
  };
  const given = Object.fromEntries(
    [...numberInputs, "touched" as const].flatMap((name) =>
      options[name] === undefined ? [] : [[name, options[name]]],
    ),
  ) as GivenNumbers;
  const list = overridden(builtInPrices(), options.prices === undefined ? [] : readPrices(options.prices));
  const measured = options.repo === undefined ? undefined : await measure(options.repo, active);
  const { inputs, origins } = readInputs(given, known, measured);

  const all = estimates(inputs, list);
  const found = {
    all,
    breakEvens: breakEvens(inputs, list),
    gaps: priceGaps(inputs, list, all),
    prices: usedPrices(all),
  };
  if (!options.json) return report(inputs, origins, found);
  const { all: estimated, ...others } = found;
  return JSON.stringify({ inputs, origins, estimates: estimated, ...others }, null, 2);
}

/** The clusters to reckon with: the registry's, or one in each region of a list. */
function clusters(regions?: string): { name: string; region: string }[] {
  if (regions === undefined) {
    return environments
      .filter((environment) => environment.active)
      .filter(hasRunner)
      .map(({ name, runner }) => ({ name, region: runner.region }));
  }
  return regions.split(",").map((region) => {
    if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
      throw new Error(`--regions ${regions}: "${region}" is no AWS region code, such as ap-northeast-1`);
    }
    return { name: region, region };
  });
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
