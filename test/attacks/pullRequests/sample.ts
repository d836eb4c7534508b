import fc from "fast-check";
import type { Attack } from "./attack";
import { manifestAttacks, pullRequestAttacks } from "./table";

/** Some of the attacks by name, those by manifests and others alike; the same for the same seed. */
export function sampleOf(size: number, seed: number): string[] {
  const isManifest = (attack: Attack) => manifestAttacks.some(({ name }) => name === attack.name);
  // What must be alone waits for nobody, and would take minutes.
  const together = pullRequestAttacks().filter(({ isAlone }) => !isAlone);
  const some = (from: Attack[], count: number) =>
    fc.sample(fc.shuffledSubarray(from, { minLength: count, maxLength: count }), { seed, numRuns: 1 })[0] ??
    [];
  const half = Math.ceil(size / 2);
  return [
    ...some(together.filter(isManifest), half),
    ...some(
      together.filter((attack) => !isManifest(attack)),
      size - half,
    ),
  ].map(({ name }) => name);
}
