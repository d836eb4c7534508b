import { someOf } from "../some";
import type { Attack } from "./attack";
import { manifestAttacks, pullRequestAttacks } from "./table";

/** Some of the attacks by name, those by manifests and others alike; the same for the same seed. */
export function sampleOf(size: number, seed: number): string[] {
  const isManifest = (attack: Attack) => manifestAttacks.some(({ name }) => name === attack.name);
  // What must be alone waits for nobody, and would take minutes.
  const together = pullRequestAttacks().filter(({ isAlone }) => !isAlone);
  const half = Math.ceil(size / 2);
  return [
    ...someOf(together.filter(isManifest), half, seed),
    ...someOf(
      together.filter((attack) => !isManifest(attack)),
      size - half,
      seed,
    ),
  ].map(({ name }) => name);
}
