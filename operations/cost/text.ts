import { breakEvenWords, type BreakEven } from "./breakEven";
import type { Estimate } from "./estimate";
import type { CostInputs } from "./inputs";
import { inputTable, numberInputs } from "./inputTable";
import { parts } from "./lines";
import { priceItems, type Price } from "./priceList";
import type { Origins } from "./readInputs";

/** What the estimates leave out: each is small, or differs from company to company. */
export const leftOut = [
  "Data that a job fetches beside the checkout: the runner itself, actions, kubectl",
  "Logs, data between availability zones, data sent to the internet",
  "Runs that a newer push cancels are counted in full; runs of a merge queue are not counted",
  "Pull requests that were closed without a merge leave no trace in the history, so `--repo` does not see them",
  "A cluster that a stack makes (setting `cluster`) and the NAT gateway beside it: both are paid by the hour, used or not",
  "Seats at CircleCI and GitHub, discounts, reserved instances, spot instances, taxes",
  "The work of a person who looks after it",
];

/** An amount of USD, with cents. */
export function usd(amount: number): string {
  return `${amount < 0 ? "-" : ""}${Math.abs(amount).toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })}`;
}

/** A quantity without needless digits. */
export function plain(value: number): string {
  return value.toLocaleString(
    "en-US",
    value < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 },
  );
}

/** The total of a set-up; more than the sum where something has no known price. */
export function total({ usd: amount, notCounted }: Estimate): string {
  return notCounted.length > 0 ? `over ${usd(amount)}` : usd(amount);
}

/** Rows of what was put in: meaning, value, where it is from. */
export function inputRows(inputs: CostInputs, origins: Origins): string[][] {
  const shares = inputs.environments.map(({ touched }) => plain(touched));
  const touched = new Set(shares).size === 1 ? (shares[0] ?? "") : shares.join(", ");
  return [
    ...numberInputs.map((name) => [inputTable[name].meaning, plain(inputs[name]), origins[name]]),
    ["share of the pushes that touch a cluster", touched, origins.touched],
    ["small jobs on GitHub in each run", plain(inputs.hostedJobs), "counted in the workflow"],
    ["target repository", inputs.publicRepository ? "public" : "private", ""],
    ["free minutes and credits", inputs.freeAllowances ? "taken off" : "used up by others", ""],
  ];
}

/** Rows of the table: set-up, columns in USD, total, what the API server must be open to. */
export function estimateRows(all: Estimate[]): string[][] {
  return all.map((estimate) => [
    estimate.setup.name,
    ...parts.map((part) => usd(estimate.parts[part])),
    total(estimate),
    estimate.setup.apiServer,
  ]);
}

/** Heads of the columns of the table. */
export const estimateHead = ["Set-up", "Computing", "Network", "GitHub", "Total", "API server"];

/** Rows of prices: what, where, how much, how sure, source, date. */
export function priceRows(prices: Price[]): string[][] {
  return prices.map(({ item, region, amount, currency, unit, sure, date, dateIs, source }) => [
    priceItems[item],
    region,
    amount === "unknown" ? amount : `${String(amount)} ${currency} / ${unit}`,
    sure,
    `${dateIs} ${date}`,
    source,
  ]);
}

/** Everything that the command found, as text for a terminal. */
export function report(
  inputs: CostInputs,
  origins: Origins,
  found: { all: Estimate[]; breakEvens: BreakEven[]; gaps: string[]; prices: Price[] },
): string {
  const places = inputs.environments
    .map(({ name, region }) => (name === region ? region : `${name} (${region})`))
    .join(", ");
  return [
    `What was put in, for ${places}`,
    columns(inputRows(inputs, origins), [1]),
    "Cost in USD a month",
    columns([estimateHead, ...estimateRows(found.all)], [1, 2, 3, 4]),
    "Another set-up is cheaper than this program",
    columns(
      found.breakEvens.map((one) => [one.setup.name, breakEvenWords(one)]),
      [],
    ),
    "Prices that are not known",
    found.gaps.length > 0 ? found.gaps.map((gap) => `  ${gap}`).join("\n") : "  none",
    "Not counted",
    leftOut.map((one) => `  ${one}`).join("\n"),
    "Prices",
    columns(priceRows(found.prices), []),
  ].join("\n\n");
}

/** Rows as aligned columns; those with the given numbers are aligned to the right. */
function columns(rows: string[][], right: number[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return right.includes(column) ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
