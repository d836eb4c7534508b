import fc from "fast-check";

/** Some of a list, the same for the same seed. */
export function someOf<One>(from: One[], count: number, seed: number): One[] {
  const subarray = fc.shuffledSubarray(from, { minLength: count, maxLength: count });
  return fc.sample(subarray, { seed, numRuns: 1 })[0] ?? [];
}
