import { type Hears, named, playAttacks, type Played } from "../played";
import { baseOf } from "./manifests/manifestAttack";
import { manifestAttacks, pullRequestAttacks } from "./table";
import { attackedEnvironment, startAttackedWorld, type AttackedWorld } from "./world";

/**
 * Plays attacks in a world of their own.
 * @param names of them; all without one
 * @throws Error if there is no attack of a name
 */
export async function playNamed(
  names: string[],
  hears?: Hears<AttackedWorld>,
): Promise<Played<AttackedWorld>[]> {
  const manifests = manifestAttacks.filter(({ name }) => names.length === 0 || names.includes(name));
  const attacks = named(pullRequestAttacks(manifests), names);
  const overlays = manifests.map(({ name }) => attackedEnvironment(name));
  const world = await startAttackedWorld(overlays, baseOf(manifests));
  try {
    return await playAttacks(world, attacks, hears);
  } finally {
    await world.stop();
  }
}
