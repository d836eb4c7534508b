import { parseArgs } from "node:util";
import { startReleaseWorld } from "../apply/releaseWorld";
import { type Fault, faults, play, undisturbed } from "./faults";

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
    },
  });
  const wrong = values.fault.filter((fault) => !(faults as readonly string[]).includes(fault));
  if (wrong.length > 0) throw new Error(`There is no fault ${wrong.join(", ")}, but ${faults.join(", ")}.`);
  const world = await startReleaseWorld();
  let [count, failed] = [0, 0];
  try {
    const expected = await undisturbed(world);
    console.log(`${String(expected.requests)} requests without a fault`);
    for (const fault of values.fault as Fault[]) {
      for (let at = Number(values.from); at <= expected.requests; at += Number(values.every)) {
        const problems = await play(world, fault, at, expected);
        count += 1;
        if (problems.length > 0) failed += 1;
        console.log(
          problems.length === 0 ? `ok: ${fault} at request ${String(at)}` : problems.slice(0, 5).join("\n"),
        );
      }
    }
  } finally {
    await world.stop();
  }
  console.log(`${String(count)} faults, ${String(failed)} not survived`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
