import { estimates, type Estimate } from "../operations/cost/estimate";
import type { CostInputs } from "../operations/cost/inputs";
import { builtInPrices, type Price } from "../operations/cost/priceList";
import { readInputs, type GivenNumbers, type Origins } from "../operations/cost/readInputs";
import { hostedJobsOf } from "../operations/cost/workflowJobs";
import { environments, hasRunner } from "../stacks/environments";

/** The command whose numbers the pages show. */
export const exampleCommand = "npm run cost -- --prs 400 --pushes 5 --minutes 3 --checkout-gb 1.5";

const given: GivenNumbers = { prs: "400", pushes: "5", minutes: "3", checkoutGb: "1.5" };

/** What that command finds. */
export interface Example {
  inputs: CostInputs;
  origins: Origins;
  all: Estimate[];
  list: Price[];
}

/** The example of the pages, for the registry as it is; some of its numbers can be given otherwise. */
export function costExample(others: GivenNumbers = {}): Example {
  const list = builtInPrices();
  const active = environments.filter((environment) => environment.active);
  const known = {
    environments: active.filter(hasRunner).map(({ name, runner }) => ({ name, region: runner.region })),
    hostedJobs: hostedJobsOf(active),
    publicRepository: false,
    freeAllowances: false,
  };
  const { inputs, origins } = readInputs({ ...given, ...others }, known);
  return { inputs, origins, list, all: estimates(inputs, list) };
}
