import { Command, InvalidArgumentError } from "commander";
import { type Hears, rowOf, summaryOf, type Played } from "./played";

/** A command that plays attacks. */
export interface AttackCommand<World> {
  /** Such as `attack:pr`. */
  name: string;
  description: string;
  play: (names: string[], hears: Hears<World>) => Promise<Played<World>[]>;
  /** Names of a sample of a size, the same for the same seed. */
  sampleOf: (size: number, seed: number) => string[];
}

/** Plays attacks, prints a row for each and the summary last. Ends with 1 if an attack is open. */
export function attackCommand<World>({ name, description, play, sampleOf }: AttackCommand<World>): void {
  const main = async (names: string[], { sample, seed }: { sample?: number; seed: number }) => {
    const began = Date.now();
    const tell = (line: string) => {
      console.error(`${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s ${line}`);
    };
    const wanted = sample === undefined ? names : sampleOf(sample, seed);
    const played = await play(wanted, ({ attack, verdict, proof, seconds }) => {
      const end = verdict === "open" ? `OPEN ${attack.name}: ${proof}` : `${verdict} ${attack.name}`;
      tell(`${end} (${String(seconds)} s)`);
    });
    for (const one of played) console.log(rowOf(one));
    console.log(summaryOf(played));
    process.exitCode = played.some(({ verdict }) => verdict === "open") ? 1 : 0;
  };
  new Command(`npm run ${name} --`)
    .description(description)
    .argument("[names...]", "the attacks to play, by their names in docs/attacks.md; all without one")
    .option("--sample <n>", "play n of them, but none that must be alone", integer)
    .option("--seed <n>", "which n", integer, 1)
    .action(main)
    .parseAsync()
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}

function integer(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A number is expected.");
  return Number(text);
}
