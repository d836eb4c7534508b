import { type Hears, named, playAttacks, type Played } from "../played";
import { releaseAttacks } from "./table";
import { startReleasedWorld, type ReleasedWorld } from "./world";

/**
 * Plays attacks in a world of their own.
 * @param names of them; all without one
 * @throws Error if there is no attack of a name
 */
export async function playNamed(
  names: string[],
  hears?: Hears<ReleasedWorld>,
): Promise<Played<ReleasedWorld>[]> {
  const attacks = named(releaseAttacks, names);
  const world = await startReleasedWorld();
  try {
    return await playAttacks(world, attacks, hears);
  } finally {
    await world.stop();
  }
}
