import { join } from "node:path";
import { allCases } from "./cases";
import { deployed } from "./deployed";
import { play, type Case, type Result } from "./play";
import { Record, type Calm } from "./record";
import { keepWorlds, scenarios, unasked, type Scenario } from "./scenarios";
import { World } from "./world";

/** Which faults to play, and how. */
export interface Plan {
  /** Of all cases. */
  choose: (cases: Case[]) => Case[];
  /** Sandboxes side by side. */
  sandboxes: number;
  progress: (line: string) => void;
}

/**
 * Plays faults in sandboxes of a folder, each from a world that is brought back. What has survived there in an earlier
 * run is not played again.
 */
export async function chaos(directory: string, { choose, sandboxes, progress }: Plan): Promise<Result[]> {
  const record = await Record.open(directory);
  const kept = join(directory, "kept");
  const worlds: World[] = [];
  try {
    for (let number = 1; number <= sandboxes; number += 1)
      worlds.push(await World.install(join(directory, `sandbox-${String(number)}`), kept));
    const calm = (await record.calm()) ?? (await playAllCalmly(worlds, record, progress));
    const cases = choose(allCases(scenarios.map((scenario, index) => ({ scenario, ...calm[index]! }))));
    const survived = await record.survived(cases);
    const rest = cases.filter((one) => !survived.some((result) => result.case === one));
    if (survived.length > 0) progress(`${String(survived.length)} faults have survived in an earlier run.`);
    progress(`Playing ${String(rest.length)} faults ...`);
    const played = await sideBySide(worlds, rest, async (world, one) => {
      const result = await play(world, one, calm[scenarios.indexOf(one.scenario)]?.deployed ?? []);
      await record.keep(result);
      progress([line(result), ...result.problems.map((problem) => `    ${shortened(problem)}`)].join("\n"));
      return result;
    });
    return [...survived, ...played];
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}

/** A difference may be a whole file. */
export const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 300)} ...` : text);

async function playAllCalmly(worlds: World[], record: Record, progress: Plan["progress"]): Promise<Calm[]> {
  progress("Playing every command once without a fault ...");
  if (!(await record.hasWorlds())) await keepWorlds(worlds);
  await record.keepsWorlds();
  const calm = await sideBySide(worlds, scenarios, playCalmly);
  await record.keepCalm(calm);
  return calm;
}

/** A command as it goes when nothing disturbs it: what it calls, and what is there afterwards. */
async function playCalmly(world: World, { from, change, stack, command }: Scenario): Promise<Calm> {
  await world.restore(from);
  await change?.(world);
  world.interference.begin();
  const { exitCode, all } = await world.pulumi(stack, command, ...unasked);
  world.interference.end();
  if (exitCode !== 0) throw new Error(`pulumi ${command} fails without any fault:\n${all}`);
  return { operations: [...world.interference.calls.keys()], deployed: await deployed(world, stack) };
}

/** Each world takes the next item when it is done with its last. */
async function sideBySide<Item, Made>(
  worlds: World[],
  items: Item[],
  act: (world: World, item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  const rest = [...items.entries()];
  await Promise.all(
    worlds.map(async (world) => {
      for (let next = rest.shift(); next; next = rest.shift()) made[next[0]] = await act(world, next[1]);
    }),
  );
  return made;
}

/** A row of the table. */
export function line({ case: { scenario, operation, fault }, problems, way, seconds }: Result): string {
  const verdict = problems.length === 0 ? "survived" : "NOT SURVIVED";
  const cells = [operation.padEnd(40), fault.name.padEnd(20), scenario.name.padEnd(16), verdict.padEnd(12)];
  return [...cells, `${String(seconds)} s`.padStart(5), way].join("  ");
}
