/**
 * `npm run demo`: three region stacks go up in a throw-away sandbox, the workflow lands in the target repository, and
 * pull requests are dry-run on runners that exist only because of it. Ends every process that it started, however it ends.
 */
import { basename, join } from "node:path";
import { Command } from "commander";
import { changes } from "./demo/changes";
import { Page } from "./demo/page";
import { Tour } from "./demo/tour";
import { stackNames } from "./engine/project";
import { messageOf } from "./error";
import { checkout, SandboxFolder } from "./folder";
import { reset, start } from "./lifecycle";
import { endProcesses } from "./processes";

const homeStack = "ja-production";
const regionOfStack = {
  "ja-production": "ap-northeast-1",
  "kr-production": "ap-northeast-2",
  "in-production": "ap-south-1",
};

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
  await tour.setGuardedKinds(homeStack);
  const stacks = await stackNames(checkout);
  // The home stack last: its workflow then names every region. In another order it would on its next up.
  for (const stack of [...stacks].sort((one, other) => rank(one) - rank(other))) await tour.up(stack);
  await tour.showCommit();
  await tour.installGuards();

  const page = new Page(join(checkout, ".sandbox", `${basename(folder.root)}.html`));
  for (const change of changes) await page.add(change.title, await tour.pullRequest(change));

  const healths = [];
  for (const [stack, region] of Object.entries(regionOfStack)) healths.push(await tour.doctor(stack, region));
  if (healths.some((exitCode) => exitCode !== 0)) throw new Error("doctor is not content.");
  say(`\nThe comments as GitHub would show them: ${page.path}`);
}

/** Order in which the stacks go up. */
function rank(stack: string): number {
  return stack === homeStack ? 1 : 0;
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
