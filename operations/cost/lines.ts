import { priceItems, priceOf, type KnownPrice, type Price, type PriceItem } from "./priceList";

/** The columns of the table. */
export const parts = ["computing", "network", "GitHub"] as const;

/** What a line is for. */
export type Part = (typeof parts)[number];

/** One line of a bill. */
export interface Line {
  part: Part;
  /** What is paid for. */
  what: string;
  /** AWS region code, or `any`. */
  region: string;
  /** How much of it a month, in the unit of its first price; negative for what is free. */
  quantity: number;
  /** The prices that go into it; empty where one is unknown. */
  prices: KnownPrice[];
  /** USD a month; `undefined` where a price is unknown. */
  usd: number | undefined;
}

/** What a line is made of: the amounts of all items are multiplied with the quantity. */
interface LineParts {
  part: Part;
  items: [PriceItem, ...PriceItem[]];
  quantity: number;
  region?: string;
  what?: string;
}

/** A line of a bill from how much is used. */
export function line(
  list: Price[],
  { part, items, quantity, region = "any", what = priceItems[items[0]] }: LineParts,
): Line {
  const found = items.map((item) => priceOf(list, item, region));
  const known = found.filter((price) => price !== undefined);
  const complete = known.length === found.length;
  return {
    part,
    what,
    region,
    quantity,
    prices: complete ? known : [],
    usd: complete ? known.reduce((product, price) => product * price.amount, quantity) : undefined,
  };
}

/** Sum of the lines whose price is known, in USD a month. */
export function sum(lines: Line[]): number {
  return lines.reduce((total, { usd }) => total + (usd ?? 0), 0);
}

/** Lines whose price is unknown, so that they are in no sum. */
export function notCounted(lines: Line[]): Line[] {
  return lines.filter(({ usd }) => usd === undefined);
}
