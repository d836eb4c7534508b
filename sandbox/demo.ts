/**
 * `npm run demo`: three region stacks go up in a throw-away sandbox, the workflow lands in the target repository, and
 * pull requests are dry-run on runners that exist only because of it. Ends every process that it started, however it ends.
 */
import { basename, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { changes } from "./demo/changes";
import { InfrastructureTour } from "./demo/infrastructure/infrastructureTour";
import { Page } from "./demo/page";
import { ReleaseTour, type ReleaseTourOptions } from "./demo/release/releaseTour";
import { Tour } from "./demo/tour";
import { stackNames } from "./engine/project";
import { messageOf } from "./error";
import { checkout, SandboxFolder, type SandboxState } from "./folder";
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
  release: boolean;
  yes: boolean;
}

/** What `--release` breaks, which is no mutation of what is deployed: a workload that does not get ready. */
const brokenRollout = "rollout";

/** Shows something in a sandbox that was just started. */
type Programme = (tour: Tour, page: Page, folder: SandboxFolder, state: SandboxState) => Promise<void>;

async function demo(folder: SandboxFolder, programme: Programme): Promise<void> {
  say(`A throw-away sandbox in ${folder.root}`);
  await reset(folder);
  // A start does not listen to the signal: the server that it may be starting ends when it hears no more from us.
  const state = await Promise.race([start(folder, say), interruption]);
  const tour = new Tour(folder, state, say, interrupted.signal);
  const page = new Page(join(checkout, ".sandbox", `${basename(folder.root)}.html`));
  await programme(tour, page, folder, state);
  say(`\nThe comments as GitHub would show them: ${page.path}`);
}

/** @throws Error for options that do not go together */
function programmeOf({ break: broken, infraPr, release, yes }: Options): Programme {
  if (release && infraPr) throw new Error("--infra-pr and --release show different things: take one.");
  if (infraPr && broken !== undefined)
    throw new Error("--infra-pr and --break show different things: take one.");
  if (infraPr) return showPreviews;
  if (release) {
    if (broken !== undefined && broken !== brokenRollout)
      throw new Error(`With --release, --break is ${broken}, expected ${brokenRollout}.`);
    if (!yes && !process.stdin.isTTY)
      throw new Error("--release asks for each approval, and nobody is there to be asked: give --yes.");
    return releaseProgramme({ breaksRollout: broken !== undefined, confirm: yes ? agreed : asked });
  }
  if (broken === brokenRollout) throw new Error(`--break ${brokenRollout} goes with --release.`);
  const mutation = broken === undefined ? undefined : mutationNamed(broken);
  return async (tour, page) => {
    await deploy(tour, mutation);
    await (mutation ? showBroken(tour, page, mutation) : showWorking(tour, page));
  };
}

const agreed = () => Promise.resolve(true);

async function asked(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const { signal } = interrupted;
    return (await terminal.question(`${question} Type yes: `, { signal })).trim() === "yes";
  } finally {
    terminal.close();
  }
}

function releaseProgramme(options: ReleaseTourOptions): Programme {
  return async (tour, page, _folder, state) => {
    const releases = new ReleaseTour(state, tour, page, say, interrupted.signal, options);
    const stacks = await stacksInOrder();
    await tour.setGuardedKinds(homeStack);
    await releases.enable(stacks);
    for (const stack of stacks) await tour.up(stack);
    await tour.installGuards(stacks);
    await releases.play(stacks);
    await seeDoctor(tour);
  };
}

async function deploy(tour: Tour, mutation?: Mutation): Promise<void> {
  await tour.setGuardedKinds(homeStack);
  const stacks = await stacksInOrder();
  if (mutation?.showsWith === "stranger") await tour.setTrustedPeople(stacks);
  for (const stack of stacks) await tour.up(stack);
  await tour.showCommit();
  await tour.installGuards(stacks);
}

/** The home stack last: its workflow then names every region. In another order it would on its next up. */
async function stacksInOrder(): Promise<string[]> {
  const rank = (stack: string) => (stack === homeStack ? 1 : 0);
  return (await stackNames(checkout)).sort((one, other) => rank(one) - rank(other));
}

/** The stacks as their files say, so that a preview of what is committed changes nothing. */
const showPreviews: Programme = async (tour, page, folder, state) => {
  const infrastructure = new InfrastructureTour(folder, state, tour, page, say, interrupted.signal);
  const stacks = await stacksInOrder();
  for (const stack of stacks) await tour.up(stack);
  await infrastructure.setUp(stacks);
  await infrastructure.pullRequests();
};

async function showWorking(tour: Tour, page: Page): Promise<void> {
  for (const change of changes) await page.add(change.title, (await tour.pullRequest(change)).comment);
  await seeDoctor(tour);
}

/** @throws Error unless everything that is deployed is in order */
async function seeDoctor(tour: Tour): Promise<void> {
  const exitCodes = [];
  for (const stack of await stackNames(checkout)) exitCodes.push(await tour.doctor(stack));
  if (exitCodes.some((exitCode) => exitCode !== 0)) throw new Error("npm run doctor found something wrong.");
}

async function showBroken(tour: Tour, page: Page, mutation: Mutation): Promise<void> {
  await tour.break(mutation, brokenStack);
  const isStrange = mutation.showsWith === "stranger";
  const { comment } = await (isStrange
    ? tour.strangersPullRequest(changeOfBroken)
    : tour.pullRequest(changeOfBroken));
  await page.add(changeOfBroken.title, comment);
  if ((await tour.doctor(brokenStack)) === 0)
    throw new Error(`npm run doctor did not find ${mutation.name}.`);
}

async function main(options: Options): Promise<void> {
  const { keep, name } = options;
  const programme = programmeOf(options);
  const folder = SandboxFolder.named(name);
  try {
    await demo(folder, programme);
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
  .option(
    "--release",
    `merge a pull request, release it, approve and apply it; with --break ${brokenRollout} to a cluster that it stays unready in`,
    false,
  )
  .option("--yes", "with --release: approve what is asked", false)
  .addHelpText("after", () => `\nMutations:\n${mutationList()}`)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    say(messageOf(error));
    process.exitCode = 1;
  });
