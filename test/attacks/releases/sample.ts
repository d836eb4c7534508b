import { someOf } from "../some";
import { releaseAttacks } from "./table";

/** Some of the attacks by name; the same for the same seed. */
export function sampleOf(size: number, seed: number): string[] {
  // What must be alone waits for nobody, and would take minutes.
  const together = releaseAttacks.filter(({ isAlone }) => !isAlone);
  return someOf(together, size, seed).map(({ name }) => name);
}
