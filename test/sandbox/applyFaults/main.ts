import { parseArgs } from "node:util";
import { type ReleaseWorld, startReleaseWorld } from "../apply/releaseWorld";
import { type Fault, faults, play, type Undisturbed, undisturbed } from "./faults";

/** A request of an apply, and what happens at it. */
interface Point {
  fault: Fault;
  at: number;
}

/**
 * `npm run test:apply-faults`: an apply of 200 objects to which something happens at every tenth of its requests. Whatever it
 * said must be true, and applying again must end in the state of one that nothing happened to.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      every: { type: "string", default: "10" },
      from: { type: "string", default: "1" },
      fault: { type: "string", multiple: true, default: [...faults] },
      /** How many are played side by side, each on a cluster of its own: where the connection is lost, an apply mostly waits. */
      clusters: { type: "string", default: "8" },
    },
  });
  const wrong = values.fault.filter((fault) => !(faults as readonly string[]).includes(fault));
  if (wrong.length > 0) throw new Error(`There is no fault ${wrong.join(", ")}, but ${faults.join(", ")}.`);
  const expected = await inAWorld(undisturbed);
  console.log(`${String(expected.requests)} requests without a fault`);
  const points: Point[] = [];
  for (const fault of values.fault as Fault[])
    for (let at = Number(values.from); at <= expected.requests; at += Number(values.every))
      points.push({ fault, at });

  const count = points.length;
  const players = Array.from({ length: Number(values.clusters) }, () => playAll(points, expected));
  const failed = (await Promise.all(players)).reduce((sum, one) => sum + one, 0);
  console.log(`${String(count)} faults, ${String(failed)} not survived`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/**
 * Plays points on a cluster until none is left.
 * @returns how many were not survived.
 */
function playAll(points: Point[], expected: Undisturbed): Promise<number> {
  return inAWorld(async (world) => {
    let failed = 0;
    for (let point = points.shift(); point !== undefined; point = points.shift()) {
      const problems = await play(world, point.fault, point.at, expected);
      if (problems.length > 0) failed += 1;
      const told = [`ok: ${point.fault} at request ${String(point.at)}`];
      console.log((problems.length === 0 ? told : problems.slice(0, 5)).join("\n"));
    }
    return failed;
  });
}

async function inAWorld<T>(use: (world: ReleaseWorld) => Promise<T>): Promise<T> {
  const world = await startReleaseWorld();
  try {
    return await use(world);
  } finally {
    await world.stop();
  }
}

void main();
