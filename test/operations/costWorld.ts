import type { CostInputs } from "../../operations/cost/inputs";
import { estimates, type Estimate } from "../../operations/cost/estimate";
import type { Price, PriceItem } from "../../operations/cost/priceList";
import type { Setup } from "../../operations/cost/setups";

/** A price with round numbers, for sums that can be done by hand. */
export function price(item: PriceItem, amount: Price["amount"], region = "any"): Price {
  return {
    item,
    region,
    amount,
    currency: "USD",
    unit: "unit",
    source: "https://example.org/",
    date: "2026-01-01",
    dateIs: "published",
    sure: "official",
  };
}

/** Prices that differ from all real ones. */
export const roundPrices: Price[] = [
  price("codebuildMinute", 0.01),
  price("codebuildFreeMinutes", 30),
  price("natHour", 0.06),
  price("natGb", 0.05),
  price("publicIpv4Hour", 0.01),
  price("instanceHour", 0.1),
  price("diskGbMonth", 0.1),
  price("circleciCredit", 0.001),
  price("circleciDockerMinute", 5),
  price("circleciIpRangesGb", 100),
  price("circleciFreeCredits", 1000),
  price("githubMinute", 0.008),
  price("githubFreeMinutes", 50),
  price("githubLargerMinute", 0.02),
  price("githubSelfHostedMinute", 0),
];

/** 40 runs of the workflow a month, half of which touch the one cluster: 20 jobs. */
export const smallInputs: CostInputs = {
  environments: [{ name: "one", region: "ap-northeast-1", touched: 0.5 }],
  prs: 10,
  pushes: 4,
  minutes: 2.5,
  checkoutGb: 2,
  runnerCheckoutGb: 0.5,
  provisioningMinutes: 1,
  natGateways: 0,
  hostedJobs: 2,
  hostedMinutes: 0.4,
  publicRepository: false,
  freeAllowances: false,
};

/** What one set-up costs. */
export function estimateOf(id: Setup["id"], inputs: CostInputs, list: Price[]): Estimate {
  const found = estimates(inputs, list).find(({ setup }) => setup.id === id);
  if (!found) throw new Error(`no set-up ${id}`);
  return found;
}
