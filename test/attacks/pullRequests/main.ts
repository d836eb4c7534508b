import { Command, InvalidArgumentError } from "commander";
import { rowOf, playNamed, summaryOf, type Played } from "./run";
import { sampleOf } from "./sample";

/**
 * Attacks a deployed world with pull requests, prints a row for each attack and the summary last. Ends with 1 if an
 * attack is open.
 */
async function main(names: string[], { sample, seed }: { sample?: number; seed: number }): Promise<void> {
  const began = Date.now();
  const tell = (line: string) => {
    console.error(`${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s ${line}`);
  };
  const wanted = sample === undefined ? names : sampleOf(sample, seed);
  const played = await playNamed(wanted, ({ attack, verdict, proof, seconds }: Played) => {
    const end = verdict === "open" ? `OPEN ${attack.name}: ${proof}` : `${verdict} ${attack.name}`;
    tell(`${end} (${String(seconds)} s)`);
  });
  for (const one of played) console.log(rowOf(one));
  console.log(summaryOf(played));
  process.exitCode = played.some(({ verdict }) => verdict === "open") ? 1 : 0;
}

function integer(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A number is expected.");
  return Number(text);
}

new Command("npm run attack:pr --")
  .description("Attacks a deployed world with pull requests.")
  .argument("[names...]", "the attacks to play, by their names in docs/attacks.md; all without one")
  .option("--sample <n>", "play n of them, but none that must be alone", integer)
  .option("--seed <n>", "which n", integer, 1)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
