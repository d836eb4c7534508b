/**
 * `npm run demo`: three region stacks go up in a throw-away sandbox, the workflow lands in the target repository, and a
 * change is previewed. Ends every process that it started, however it ends.
 */
import { Command } from "commander";
import { Tour } from "./demo/tour";
import { stackNames } from "./engine/project";
import { messageOf } from "./error";
import { checkout, SandboxFolder } from "./folder";
import { reset, start } from "./lifecycle";
import { endProcesses } from "./processes";

const say = (line: string) => {
  console.log(line);
};

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    interrupted.abort(new Error(`Interrupted (${signal}).`));
  });

/** Rejects when the demo is interrupted. */
const interruption = new Promise<never>((_, reject) => {
  interrupted.signal.addEventListener("abort", () => {
    reject(interrupted.signal.reason as Error);
  });
});
// Heard during the start; later it is the running command that ends.
interruption.catch(() => undefined);

async function demo(folder: SandboxFolder): Promise<void> {
  say(`A throw-away sandbox in ${folder.root}`);
  await reset(folder);
  // A start does not listen to the signal: the server that it may be starting ends when it hears no more from us.
  const state = await Promise.race([start(folder, say), interruption]);
  const tour = new Tour(folder, state, say, interrupted.signal);
  const stacks = await stackNames(checkout);
  // The home stack last: its workflow then names every region. In another order it would on its next up.
  for (const stack of [...stacks].sort((one, other) => rank(one) - rank(other))) await tour.up(stack);
  await tour.showCommit();
  for (const stack of stacks) await tour.showOutputs(stack);

  tour.title(
    "A change: runners in a third availability zone of Korea, in the sandbox's copy of the stack file",
  );
  await tour.set("kr-production", "runnerSubnets[2].availabilityZone", "ap-northeast-2b");
  await tour.set("kr-production", "runnerSubnets[2].cidrBlock", "10.20.96.64/27");
  await tour.preview("kr-production");
}

/** Order in which the stacks go up. */
function rank(stack: string): number {
  return stack === "ja-production" ? 1 : 0;
}

async function main({ keep, name }: { keep: boolean; name: string }): Promise<void> {
  const folder = SandboxFolder.named(name);
  try {
    await demo(folder);
  } catch (error) {
    say(`\n${messageOf(error)}\nThe demo did not come to its end. Log of the services: ${folder.log()}`);
    await endProcesses(folder);
    process.exit(1);
  }
  if (keep) {
    say(`\nThe sandbox is still running. To look around:

  eval "$(npm run -s sandbox -- env --name ${name})"     then pulumi, aws and git work against it
  npm run sandbox -- reset --name ${name}                when you are done`);
    return;
  }
  await reset(folder);
  say(`\nThe demo's sandbox is gone. For one of your own:

  npm run sandbox -- start
  eval "$(npm run -s sandbox -- env)"
  pulumi up -s ja-production
  git clone "$SANDBOX_TARGET_REPOSITORY"

Going live on AWS: README.md.`);
}

new Command("demo")
  .option("--keep", "leave the sandbox running at the end", false)
  .option("--name <name>", "the throw-away sandbox; one of that name is forgotten first", "demo")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    say(messageOf(error));
    process.exitCode = 1;
  });
