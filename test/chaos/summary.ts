import type { Result } from "./play";

/** The last line, which counts distinct pairs of operation and fault. */
export function summary(results: Result[]): { text: string; isSurvived: boolean } {
  const pairs = (some: Result[]) =>
    new Set(some.map(({ case: { operation, fault } }) => `${operation}, ${fault.name}`)).size;
  const not = pairs(results.filter(({ problems }) => problems.length > 0));
  const all = pairs(results);
  return {
    text: `${String(all)} faults, ${String(not)} not survived`,
    isSurvived: not === 0,
  };
}
