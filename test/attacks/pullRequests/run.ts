import { type Attack, Breach } from "./attack";
import { baseOf } from "./manifests/manifestAttack";
import { manifestAttacks, pullRequestAttacks } from "./table";
import { attackedEnvironment, startAttackedWorld, type AttackedWorld } from "./world";

/** What became of one attack. */
export interface Played {
  attack: Attack;
  verdict: "held" | "accepted" | "open";
  /** What was looked at, or what got through. */
  proof: string;
  seconds: number;
}

/** Attacks that are played at the same time: each waits for machines most of its time. */
const atOnce = 4;

/**
 * Plays attacks in a world of their own.
 * @param names of them; all without one
 * @throws Error if there is no attack of a name
 */
export async function playNamed(names: string[], hears?: (played: Played) => void): Promise<Played[]> {
  const isWanted = ({ name }: { name: string }) => names.length === 0 || names.includes(name);
  const manifests = manifestAttacks.filter(isWanted);
  const attacks = pullRequestAttacks(manifests).filter(isWanted);
  const unknown = names.filter((name) => !attacks.some((attack) => attack.name === name));
  if (unknown.length > 0) throw new Error(`There is no attack ${unknown.join(", ")}.`);
  const overlays = manifests.map(({ name }) => attackedEnvironment(name));
  const world = await startAttackedWorld(overlays, baseOf(manifests));
  try {
    return await playAttacks(world, attacks, hears);
  } finally {
    await world.stop();
  }
}

/** Plays the attacks, those that must be alone last. */
async function playAttacks(
  world: AttackedWorld,
  attacks: Attack[],
  hears: (played: Played) => void = () => undefined,
): Promise<Played[]> {
  const results = new Map<Attack, Played>();
  const playNext = async (queue: Attack[]) => {
    for (let attack = queue.shift(); attack; attack = queue.shift()) {
      const played = await playOne(world, attack);
      results.set(attack, played);
      hears(played);
    }
  };
  const together = attacks.filter(({ isAlone }) => !isAlone);
  await Promise.all(Array.from({ length: atOnce }, () => playNext(together)));
  await playNext(attacks.filter(({ isAlone }) => isAlone));
  return attacks.map((attack) => results.get(attack)!);
}

/** One that cannot be played to its end proves nothing: it counts as open. */
async function playOne(world: AttackedWorld, attack: Attack): Promise<Played> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  try {
    const proof = await attack.play(world);
    return { attack, verdict: attack.verdict.is, proof, seconds: seconds() };
  } catch (error) {
    const proof = error instanceof Breach ? error.message : `could not be played: ${String(error)}`;
    return { attack, verdict: "open", proof, seconds: seconds() };
  }
}

/** A result as one row: attack, verdict, what holds it or why it is accepted, proof. */
export function rowOf({ attack, verdict, proof }: Played): string {
  const { name, attacker, tries } = attack;
  const by = attack.verdict.is === "held" ? attack.verdict.control : attack.verdict.reason;
  const cells = [name, attacker, tries, verdict === "open" ? "OPEN" : verdict, by, proof];
  return cells.map((cell) => cell.replace(/\s+/g, " ")).join(" | ");
}

/** Such as `47 attacks: 45 held, 2 accepted, 0 open`. */
export function summaryOf(played: Played[]): string {
  const count = (verdict: Played["verdict"]) =>
    String(played.filter((one) => one.verdict === verdict).length);
  return `${String(played.length)} attacks: ${count("held")} held, ${count("accepted")} accepted, ${count("open")} open`;
}
