import { type Attack, Breach } from "./pullRequests/attack";

/** What became of one attack. */
export interface Played<World> {
  attack: Attack<World>;
  verdict: "held" | "accepted" | "open";
  /** What was looked at, or what got through. */
  proof: string;
  seconds: number;
}

/** Hears of each attack that has ended. */
export type Hears<World> = (played: Played<World>) => void;

/** Attacks that are played at the same time: each waits for machines most of its time. */
const atOnce = 4;

/**
 * The attacks of some names, all without one.
 * @throws Error if there is no attack of a name
 */
export function named<One extends { name: string }>(attacks: One[], names: string[]): One[] {
  const unknown = names.filter((name) => !attacks.some((attack) => attack.name === name));
  if (unknown.length > 0) throw new Error(`There is no attack ${unknown.join(", ")}.`);
  return attacks.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** Plays the attacks, those that must be alone last. */
export async function playAttacks<World>(
  world: World,
  attacks: Attack<World>[],
  hears: Hears<World> = () => undefined,
): Promise<Played<World>[]> {
  const results = new Map<Attack<World>, Played<World>>();
  const playNext = async (queue: Attack<World>[]) => {
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
async function playOne<World>(world: World, attack: Attack<World>): Promise<Played<World>> {
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
export function rowOf<World>({ attack, verdict, proof }: Played<World>): string {
  const { name, attacker, tries } = attack;
  const by = attack.verdict.is === "held" ? attack.verdict.control : attack.verdict.reason;
  const cells = [name, attacker, tries, verdict === "open" ? "OPEN" : verdict, by, proof];
  return cells.map((cell) => cell.replace(/\s+/g, " ")).join(" | ");
}

/** Such as `47 attacks: 45 held, 2 accepted, 0 open`. */
export function summaryOf<World>(played: Played<World>[]): string {
  const count = (verdict: Played<World>["verdict"]) =>
    String(played.filter((one) => one.verdict === verdict).length);
  return `${String(played.length)} attacks: ${count("held")} held, ${count("accepted")} accepted, ${count("open")} open`;
}
