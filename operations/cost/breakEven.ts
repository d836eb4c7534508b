import { estimates } from "./estimate";
import type { CostInputs } from "./inputs";
import type { Price } from "./priceList";
import { setups, type Setup } from "./setups";

/** Pull requests a month, first and last of them, for which something holds. */
export interface Range {
  from: number;
  to: number;
}

/** Where a set-up is cheaper than this program. */
export interface BreakEven {
  setup: Setup;
  /** Most pull requests a month that were looked at. */
  limit: number;
  /** For which numbers of pull requests a month it is cheaper. */
  cheaper: Range[];
}

/**
 * Where each of the others is cheaper than this program, all else as in the inputs. Every number of pull requests is
 * tried: with whole machines and free allowances, two costs can cross more than once.
 */
export function breakEvens(inputs: CostInputs, list: Price[], limit = 2000): BreakEven[] {
  const cheaper = new Map<Setup, Range[]>(setups.slice(1).map((setup) => [setup, []]));
  for (let prs = 0; prs <= limit; prs++) {
    const [own, ...others] = estimates({ ...inputs, prs }, list);
    for (const { setup, usd } of others) {
      // What differs by less than a cent is the same price.
      if (own !== undefined && usd < own.usd - 0.005) extend(cheaper.get(setup) ?? [], prs);
    }
  }
  return [...cheaper].map(([setup, ranges]) => ({ setup, limit, cheaper: ranges }));
}

function extend(ranges: Range[], prs: number): void {
  const last = ranges.at(-1);
  if (last?.to === prs - 1) last.to = prs;
  else ranges.push({ from: prs, to: prs });
}

/** A break-even in words, to be read behind the name of the set-up. */
export function breakEvenWords({ cheaper, limit }: BreakEven): string {
  const first = cheaper[0];
  if (!first) return `never, up to ${limit.toLocaleString("en-US")} pull requests a month`;
  // Without any pull request nothing but what always stands costs anything.
  if (first.from <= 1 && first.to === limit) return "always";
  return cheaper.map((range) => rangeWords(range, limit)).join(", ");
}

function rangeWords({ from, to }: Range, limit: number): string {
  if (to === limit) return `from ${String(from)} pull requests a month on`;
  if (from <= 1) return `up to ${String(to)} pull requests a month`;
  return `from ${String(from)} to ${String(to)} pull requests a month`;
}
