import { join } from "node:path";
import { allCases } from "./cases";
import { deployed } from "./deployed";
import { play, type Case, type Result } from "./play";
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

/** Plays faults in sandboxes of a folder, each from a world that is brought back. */
export async function chaos(directory: string, { choose, sandboxes, progress }: Plan): Promise<Result[]> {
  const kept = join(directory, "kept");
  const worlds: World[] = [];
  try {
    for (let number = 1; number <= sandboxes; number += 1)
      worlds.push(await World.install(join(directory, `sandbox-${String(number)}`), kept));
    progress("Playing every command once without a fault ...");
    await keepWorlds(worlds);
    const calm = await sideBySide(worlds, scenarios, playCalmly);
    const cases = choose(allCases(scenarios.map((scenario, index) => ({ scenario, ...calm[index]! }))));
    progress(`Playing ${String(cases.length)} faults ...`);
    return await sideBySide(worlds, cases, async (world, one) => {
      const result = await play(world, one, calm[scenarios.indexOf(one.scenario)]?.deployed ?? []);
      progress(
        [line(result), ...result.problems.slice(0, 3).map((problem) => `    ${problem.slice(0, 300)}`)].join(
          "\n",
        ),
      );
      return result;
    });
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}

/** A command as it goes when nothing disturbs it: what it calls, and what is there afterwards. */
async function playCalmly(world: World, { from, change, stack, command }: Scenario) {
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
