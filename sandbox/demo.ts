/**
 * `npm run demo`: three region stacks go up in a throw-away sandbox, the workflow lands in the target repository, and
 * pull requests are dry-run on runners that exist only because of it. Ends every process that it started, however it ends.
 */
import { basename, join } from "node:path";
import { Command } from "commander";
import { changes } from "./demo/changes";
import { InfrastructureTour } from "./demo/infrastructure/infrastructureTour";
import { Page } from "./demo/page";
import { Tour } from "./demo/tour";
import { stackNames } from "./engine/project";
import { messageOf } from "./error";
import { checkout, SandboxFolder } from "./folder";
import { reset, start } from "./lifecycle";
import type { Mutation } from "./mutations/mutation";
import { mutationNamed, mutations, openings } from "./mutations/mutations";
import { endProcesses } from "./processes";

const homeStack = "ja-production";
/** Where `--break` breaks something, and the pull request that shows it: both are of Korea. */
const brokenStack = "kr-production";
const [, changeOfBroken] = changes;

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

interface Options {
  keep: boolean;
  name: string;
  break?: string;
  infraPr: boolean;
}

/** What is shown: the mutation with `--break`, pull requests on this program with `--infra-pr`. */
interface Programme {
  mutation?: Mutation;
  infraPr: boolean;
}

async function demo(folder: SandboxFolder, { mutation, infraPr }: Programme): Promise<void> {
  say(`A throw-away sandbox in ${folder.root}`);
  await reset(folder);
  // A start does not listen to the signal: the server that it may be starting ends when it hears no more from us.
  const state = await Promise.race([start(folder, say), interruption]);
  const tour = new Tour(folder, state, say, interrupted.signal);
  const page = new Page(join(checkout, ".sandbox", `${basename(folder.root)}.html`));
  if (infraPr)
    await showPreviews(tour, new InfrastructureTour(folder, state, tour, page, say, interrupted.signal));
  else {
    await deploy(tour, mutation);
    await (mutation ? showBroken(tour, page, mutation) : showWorking(tour, page));
  }
  say(`\nThe comments as GitHub would show them: ${page.path}`);
}

async function deploy(tour: Tour, mutation?: Mutation): Promise<void> {
  await tour.setGuardedKinds(homeStack);
  const stacks = await stacksInOrder();
  if (mutation?.showsWith === "stranger") await tour.setTrustedPeople(stacks);
  for (const stack of stacks) await tour.up(stack);
  await tour.showCommit();
  await tour.installGuards();
}

/** The home stack last: its workflow then names every region. In another order it would on its next up. */
async function stacksInOrder(): Promise<string[]> {
  const rank = (stack: string) => (stack === homeStack ? 1 : 0);
  return (await stackNames(checkout)).sort((one, other) => rank(one) - rank(other));
}

/** The stacks as their files say, so that a preview of what is committed changes nothing. */
async function showPreviews(tour: Tour, infrastructure: InfrastructureTour): Promise<void> {
  const stacks = await stacksInOrder();
  for (const stack of stacks) await tour.up(stack);
  await infrastructure.setUp(stacks);
  await infrastructure.pullRequests();
}

async function showWorking(tour: Tour, page: Page): Promise<void> {
  for (const change of changes) await page.add(change.title, await tour.pullRequest(change));
  const stacks = await stackNames(checkout);
  const exitCodes = [];
  for (const stack of stacks) exitCodes.push(await tour.doctor(stack));
  if (exitCodes.some((exitCode) => exitCode !== 0)) throw new Error("npm run doctor found something wrong.");
}

async function showBroken(tour: Tour, page: Page, mutation: Mutation): Promise<void> {
  await tour.break(mutation, brokenStack);
  const isStrange = mutation.showsWith === "stranger";
  const comment = await (isStrange
    ? tour.strangersPullRequest(changeOfBroken)
    : tour.pullRequest(changeOfBroken));
  await page.add(changeOfBroken.title, comment);
  if ((await tour.doctor(brokenStack)) === 0)
    throw new Error(`npm run doctor did not find ${mutation.name}.`);
}

async function main({ keep, name, break: broken, infraPr }: Options): Promise<void> {
  if (infraPr && broken !== undefined)
    throw new Error("--infra-pr and --break show different things: take one.");
  const mutation = broken === undefined ? undefined : mutationNamed(broken);
  const folder = SandboxFolder.named(name);
  try {
    await demo(folder, { infraPr, ...(mutation && { mutation }) });
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

function mutationList(): string {
  return [...mutations, ...openings].map(({ name, about }) => `  ${name.padEnd(38)}${about}`).join("\n");
}

new Command("demo")
  .option("--keep", "leave the sandbox running at the end", false)
  .option("--name <name>", "the throw-away sandbox; one of that name is forgotten first", "demo")
  .option(
    "--break <mutation>",
    "break one thing in Korea, and show what the reviewer sees and doctor says then",
  )
  .option("--infra-pr", "show pull requests on this program: what the previews of the stacks say", false)
  .addHelpText("after", () => `\nMutations:\n${mutationList()}`)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    say(messageOf(error));
    process.exitCode = 1;
  });
