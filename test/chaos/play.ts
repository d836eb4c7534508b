import { checkout } from "../../sandbox/folder";
import type { Outcome } from "../../sandbox/testing";
import { mayNameCommitBefore, withCommitNamed } from "./commitBefore";
import { deployed } from "./deployed";
import { colleague, type Fault } from "./faults";
import { readGuidance } from "./guidance";
import { unasked, type Scenario } from "./scenarios";
import type { World } from "./world";

/** One fault at one operation of one command. */
export interface Case {
  scenario: Scenario;
  operation: string;
  fault: Fault;
}

/** What became of it. */
export interface Result {
  case: Case;
  /** What is wrong with how it went; none: survived. */
  problems: string[];
  /** What a person did, in short. */
  way: string;
  /** What the first error named. */
  named: string[];
  seconds: number;
  /** What Pulumi said, command by command. */
  said: string[];
}

/** How often a person follows what an error says before they give up. */
const patience = 3;

/** Plays a case: the command with the fault, then what its error says, until it goes through. */
export async function play(world: World, one: Case, undisturbed: string[]): Promise<Result> {
  const { scenario, fault, operation } = one;
  const since = Date.now();
  const result: Result = { case: one, problems: [], way: "", named: [], seconds: 0, said: [] };
  await world.restore(scenario.from);
  await scenario.change?.(world);

  let strikes = 0;
  world.interference.begin(fault.effect(operation, world, () => ++strikes));
  let outcome = await command(world, scenario, result);
  world.interference.end();
  if (strikes === 0) result.problems.push(`${operation} was not called`);

  if (fault.name === "kill -9") {
    // A kill says nothing; the same command again does.
    await world.quiet();
    outcome = await command(world, scenario, result);
  }
  const way: string[] = [];
  for (let tries = 0; outcome.exitCode !== 0 && tries < patience; tries += 1) {
    const guidance = readGuidance(outcome, scenario.stack, scenario.command);
    if (guidance.names.length === 0) result.problems.push("the error names no resource");
    if (guidance.from === "docs" && scenario.command === "up")
      result.problems.push("the error says no way on");
    result.named.push(...guidance.names);
    for (const line of guidance.commands) {
      way.push(shortly(line));
      outcome = await follow(world, line, result);
    }
  }
  if (outcome.exitCode !== 0) result.problems.push("it did not go through in the end");
  result.way = way.join(", ") || "by itself";
  const actual = await deployed(world, scenario.stack);
  const own = fault.hasColleague ? withoutColleague(actual, result.problems) : actual;
  const told = mayNameCommitBefore(one) ? withCommitNamed(undisturbed, own) : own;
  if (told.some((line, index) => line !== own[index])) result.way += ", its state names the commit before";
  result.problems.push(...difference(undisturbed, told));
  result.problems.push(...(await world.locks()).map((lock) => `the lock ${lock} is left`));
  result.problems.push(...world.unknownRoutes().map((route) => `the sandbox has no ${route}`));
  result.seconds = Math.round((Date.now() - since) / 1000);
  return result;
}

function command(world: World, { stack, command }: Scenario, result: Result): Promise<Outcome> {
  return said(result, `pulumi ${command}`, world.pulumi(stack, command, ...unasked));
}

/** Does what a line says. `npm run leftovers` prints lines that are run too. */
async function follow(world: World, line: string, result: Result): Promise<Outcome> {
  const words = line.split(" ");
  if (words[0] === "npm") {
    const outcome = await said(result, line, world.run(process.execPath, leftovers(words)));
    return outcome.exitCode === 0 && outcome.stdout !== ""
      ? said(result, outcome.stdout, world.run("sh", ["-ec", outcome.stdout]))
      : outcome;
  }
  const asked = words[1] === "cancel" ? ["--yes"] : unasked;
  return said(result, line, world.run("pulumi", [...words.slice(1), ...asked, "--non-interactive"]));
}

const leftovers = (words: string[]) => [
  ...["--require", "ts-node/register/transpile-only"],
  ...[`${checkout}/operations/leftovers.ts`, ...words.slice(words.indexOf("--") + 1)],
];

async function said(result: Result, line: string, running: Promise<Outcome>): Promise<Outcome> {
  const outcome = await running;
  result.said.push(`$ ${line}\n${outcome.all}\n(exit code ${String(outcome.exitCode)})`);
  return outcome;
}

function shortly(line: string): string {
  return line
    .replace(/ --stack \S+| --clear-pending-creates| --$|npm run | --(?= )/g, "")
    .replace("pulumi ", "");
}

/** Lines that are too many and lines that are missing. */
export function difference(expected: string[], actual: string[]): string[] {
  const rest = [...actual];
  const missing = expected.filter((line) => {
    const index = rest.indexOf(line);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return [...missing.map((line) => `missing: ${line}`), ...rest.map((line) => `too many: ${line}`)];
}

/** What is deployed but for a colleague's commit, which must be there once. */
function withoutColleague(lines: string[], problems: string[]): string[] {
  const commits = lines.filter((line) => line.startsWith("commits ")).join();
  if (commits.split(`"${colleague.message}"`).length !== 2) problems.push("the colleague's commit is lost");
  const rest = lines.filter((line) => !(line.startsWith("files ") && line.endsWith(colleague.path)));
  if (rest.length !== lines.length - 1) problems.push("the colleague's file is lost");
  return rest.map((line) => line.replace(`"${colleague.message}",`, ""));
}
