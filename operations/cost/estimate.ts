import type { CostInputs } from "./inputs";
import { notCounted, parts, sum, type Line, type Part } from "./lines";
import { priceItems, priceOf, type Price, type PriceItem } from "./priceList";
import { setups, type Setup } from "./setups";

/** What a set-up costs a month. */
export interface Estimate {
  setup: Setup;
  lines: Line[];
  /** USD a month for each column, without what has no known price. */
  parts: Record<Part, number>;
  /** USD a month, without what has no known price. */
  usd: number;
  /** What has no known price and so is in none of the sums. */
  notCounted: Line[];
}

/** The monthly cost of every set-up, this program's first. */
export function estimates(inputs: CostInputs, list: Price[]): Estimate[] {
  return setups.map((setup) => {
    const lines = setup.lines(inputs, list);
    const ofPart = (part: Part) => sum(lines.filter((one) => one.part === part));
    return {
      setup,
      lines,
      parts: Object.fromEntries(parts.map((part) => [part, ofPart(part)])) as Record<Part, number>,
      usd: sum(lines),
      notCounted: notCounted(lines),
    };
  });
}

/** The prices that the estimates rest on, each once. */
export function usedPrices(all: Estimate[]): Price[] {
  return [...new Map(all.flatMap(({ lines }) => lines.flatMap(({ prices }) => prices)).map(keyed)).values()];
}

function keyed(price: Price): [string, Price] {
  return [`${price.item} ${price.region}`, price];
}

/** What is not known about prices, a sentence each: where another region's stands in, and what is left out. */
export function priceGaps(inputs: CostInputs, list: Price[], all: Estimate[]): string[] {
  const regions = [...new Set(inputs.environments.map(({ region }) => region))].sort();
  const items = [...new Set(usedPrices(all).map(({ item }) => item))];
  const missing = all.flatMap(({ setup, notCounted }) =>
    notCounted.map(({ what, region }) => {
      const place = region === "any" ? "" : ` in ${region}`;
      return `${setup.name}: the price of "${what}"${place} is unknown, and not counted.`;
    }),
  );
  return [...items.flatMap((item) => substitutes(list, item, regions)), ...new Set(missing)];
}

function substitutes(list: Price[], item: PriceItem, regions: string[]): string[] {
  const places = new Map<string, string[]>();
  for (const region of regions) {
    const from = priceOf(list, item, region)?.region;
    if (from !== undefined && from !== "any" && from !== region)
      places.set(from, [...(places.get(from) ?? []), region]);
  }
  return [...places].map(
    ([from, without]) =>
      `${priceItems[item]}: unknown for ${without.join(", ")}; the price of ${from} is used.`,
  );
}
