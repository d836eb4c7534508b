import { mutations } from "../../../sandbox/mutations/mutations";
import { confusions, problemsOf, type Problems } from "./judge";
import { playWave, wavesOf, type Played } from "./play";
import type { Seen } from "./seen";
import { deployWorld, type DeployedWorld } from "./world";

// The AWS SDK's warning of old Node.js has no place in the table.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Plays every mutation, prints a line each, and how many were right last. */
async function main(): Promise<void> {
  console.log("Deploying three stacks ...");
  const world = await deployWorld();
  try {
    console.log(line("mutation", "broken in", "doctor's red checks", "what is seen of the pull request"));
    process.exitCode = (await playAll(world)) ? 0 : 1;
  } finally {
    await world.sandbox.stop();
  }
}

/** @returns whether all was right */
async function playAll(world: DeployedWorld): Promise<boolean> {
  const all: { played: Played; problems: Problems }[] = [];
  for (const wave of wavesOf(mutations, world.regions.length))
    for (const played of await playWave(world, wave)) {
      const problems = problemsOf(played);
      all.push({ played, problems });
      show(played, problems);
    }
  const confused = confusions(all.map(({ played }) => played));
  for (const confusion of confused) console.log(`! ${confusion}`);
  const right = (part: keyof Problems) => all.filter(({ problems }) => problems[part].length === 0).length;
  const count = (some: number) => `${String(some)} of ${String(mutations.length)}`;
  const [seen, named] = [right("symptom"), right("doctor")];
  console.log(`${count(seen)} symptoms right, doctor names ${count(named)}`);
  return seen === mutations.length && named === mutations.length && confused.length === 0;
}

function show({ mutation, region, broken, doctor }: Played, problems: Problems): void {
  const red = doctor.filter(({ verdict }) => verdict === "wrong").map(({ name }) => name);
  console.log(line(mutation.name, region.stack, red.join(", "), inShort(broken)));
  for (const problem of [...problems.symptom, ...problems.doctor]) console.log(`  ! ${problem}`);
}

function line(mutation: string, stack: string, checks: string, seen: string): string {
  return [mutation.padEnd(38), stack.padEnd(15), checks.padEnd(50), seen].join("");
}

/** What is seen, in a line: of a job without a runner what CodeBuild and the sandbox say, of another one what the comment says. */
function inShort({ job, build, comment, why }: Seen): string {
  if (job.endsWith("without a runner")) return `no runner; build: ${build.split(":")[0] ?? ""}; ${why}`;
  const quoted = /```text\n(.*)/.exec(comment)?.[1];
  return `${job}; ${quoted ?? (comment === "" ? "no comment" : (comment.split(" | ")[1] ?? ""))}; ${why}`;
}

void main();
