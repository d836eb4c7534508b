import { readFileSync } from "node:fs";
import { z } from "zod";
import builtIn from "./prices.json";

/** What has a price, and how a person would call it. */
export const priceItems = {
  codebuildMinute: "CodeBuild, Linux, small",
  codebuildFreeMinutes: "CodeBuild, free minutes",
  natHour: "NAT gateway",
  natGb: "NAT gateway, data",
  publicIpv4Hour: "Public IPv4 address",
  instanceHour: "EC2 instance, 2 vCPU, 4 GiB",
  diskGbMonth: "EBS volume",
  circleciCredit: "CircleCI credit",
  circleciDockerMinute: "CircleCI, Docker, medium",
  circleciIpRangesGb: "CircleCI, data in jobs with IP ranges",
  circleciFreeCredits: "CircleCI, free credits",
  githubMinute: "GitHub-hosted runner, standard",
  githubFreeMinutes: "GitHub-hosted runner, free minutes",
  githubLargerMinute: "GitHub-hosted runner, larger",
  githubSelfHostedMinute: "GitHub's charge for self-hosted runners",
} as const;

/** One of the things that have a price. */
export type PriceItem = keyof typeof priceItems;

const itemNames = Object.keys(priceItems) as [PriceItem, ...PriceItem[]];

const priceSchema = z.strictObject({
  item: z.enum(itemNames),
  /** AWS region code, or `any` where the price is the same everywhere. */
  region: z.string().regex(/^(?:any|[a-z]{2}(?:-[a-z]+)+-\d)$/, "expected an AWS region code or any"),
  amount: z.union([z.number().nonnegative(), z.literal("unknown")]),
  currency: z.enum(["USD", "credits", "minutes"]),
  /** What the amount is for one of: `minute`, `GB`. */
  unit: z.string().min(1),
  /** Where it was read: an address, or for a price of one's own, such as `our contract`. */
  source: z.string().min(1),
  date: z.iso.date(),
  dateIs: z.enum(["published", "applies from", "looked up"]),
  /** `official`: the provider says so. `quoted`: somebody who names the provider's list. `blog`: anybody else. */
  sure: z.enum(["official", "quoted", "blog"]),
  /** The provider's own page, to compare with. */
  providerPage: z.url({ protocol: /^https$/ }).optional(),
  note: z.string().optional(),
});

const fileSchema = z.strictObject({ prices: z.array(priceSchema) });

/** A price with where it is from. */
export type Price = z.infer<typeof priceSchema>;

/** A price whose amount is known. */
export type KnownPrice = Price & { amount: number };

/** Where a price comes from when that of a region is not known; the output says so. */
const substituteRegions = ["us-east-1", "us-east-2"];

/**
 * The prices that this program comes with.
 * @throws Error that names every wrong entry
 */
export function builtInPrices(): Price[] {
  return parsePrices(builtIn, "operations/cost/prices.json");
}

/**
 * Prices of a person's own file, in the format of operations/cost/prices.json.
 * @throws Error that names every wrong entry, or says why the file cannot be read
 */
export function readPrices(file: string): Price[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`--prices ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return parsePrices(content, `--prices ${file}`);
}

function parsePrices(content: unknown, name: string): Price[] {
  const result = fileSchema.safeParse(content);
  if (result.success) return result.data.prices;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error([`${name} is not a list of prices:`, ...problems].join("\n"));
}

/** The prices of `list`, those of `own` in place of the ones for the same thing in the same region. */
export function overridden(list: Price[], own: Price[]): Price[] {
  const same = (a: Price, b: Price) => a.item === b.item && a.region === b.region;
  return [...list.filter((price) => !own.some((other) => same(price, other))), ...own];
}

/**
 * The price of a thing in a region: the region's own, else the one for anywhere, else that of a region in the USA.
 * `undefined` where none of them is known.
 */
export function priceOf(list: Price[], item: PriceItem, region = "any"): KnownPrice | undefined {
  for (const place of [region, "any", ...substituteRegions]) {
    const price = list.find((candidate) => candidate.item === item && candidate.region === place);
    if (price && price.amount !== "unknown") return { ...price, amount: price.amount };
  }
  return undefined;
}
