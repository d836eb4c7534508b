import { Refusal } from "./refusal";

const comparisons: Record<string, (time: number, limit: number) => boolean> = {
  ">=": (time, limit) => time >= limit,
  ">": (time, limit) => time > limit,
  "<=": (time, limit) => time <= limit,
  "<": (time, limit) => time < limit,
};

/**
 * The condition that a query for dates makes: `>=2026-01-31T00:00:00Z` and its like, or `from..to`.
 * https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates
 *
 * @throws {Refusal} 501 for what the sandbox does not know
 */
export function dateFilter(query: string): (timestamp: string) => boolean {
  const [, from, to] = /^(.+)\.\.(.+)$/.exec(query) ?? [];
  if (from !== undefined && to !== undefined) return both(dateFilter(`>=${from}`), dateFilter(`<=${to}`));
  const [, sign = "", date = ""] = /^(>=|>|<=|<)(\d.*)$/.exec(query) ?? [];
  const compare = comparisons[sign];
  const limit = Date.parse(date);
  if (!compare || Number.isNaN(limit))
    throw new Refusal(501, `The sandbox's GitHub does not understand the date "${query}"`);
  return (timestamp) => compare(Date.parse(timestamp), limit);
}

function both(one: (timestamp: string) => boolean, other: (timestamp: string) => boolean) {
  return (timestamp: string) => one(timestamp) && other(timestamp);
}
