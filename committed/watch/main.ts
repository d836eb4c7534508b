// The program of the job `watch`.
import { appendFileSync } from "node:fs";
import { markStale } from "../comment/stale";
import type { GitHub } from "../github/api";
import { messageOf } from "../github/failure";
import { githubOfJob, input, pullRequestInput, runUrl, sleep, variable } from "../hostedInputs";
import { cancel, watch, type Watched } from "./watch";

const runnerStartMinutes = Number(input("runner-start-minutes"));
const run = () => Number(variable("GITHUB_RUN_ID"));
const log = (line: string) => {
  console.log(line);
};

async function main(): Promise<number> {
  const github = githubOfJob();
  const lost = input("not-started");
  return lost ? end(github, JSON.parse(lost) as string[]) : wait(github);
}

/** Waits until runners have come, and says for whom none came. */
async function wait(github: GitHub): Promise<number> {
  const environments = (JSON.parse(input("environments")) as (Watched & { filter: string })[]).filter(
    isDryRun(),
  );
  await tellStale(github);

  log(`Waiting for runners of ${environments.map(({ name }) => name).join(", ")}.`);
  const workflow = variable("GITHUB_WORKFLOW");
  const lost = await watch({ github, run: run(), workflow, environments, runnerStartMinutes, sleep, log });
  if (lost.length > 0) appendFileSync(variable("GITHUB_OUTPUT"), `not-started=${JSON.stringify(lost)}\n`);
  return 0;
}

/** Which environments are dry-run: those that a pull request touches, or of a release the one that is named, or all. */
function isDryRun(): (environment: { name: string; filter: string }) => boolean {
  const changes = input("changes");
  const only = input("environment");
  if (changes === "") return ({ name }) => only === "" || name === only;
  const touched = JSON.parse(changes) as Record<string, string>;
  return ({ filter }) => touched[filter] === "true";
}

/** Cancels the run: the jobs that wait for a runner with it, and this one. */
async function end(github: GitHub, lost: string[]): Promise<number> {
  for (const name of lost) {
    log(
      `::error::${name}: no runner started within ${String(runnerStartMinutes)} minutes. The run is cancelled. ` +
        `Look with npm run doctor -- --stack ${name}`,
    );
  }
  await cancel({ github, run: run(), sleep, log });
  return 1;
}

/** Never in the way of what this job is for. */
async function tellStale(github: GitHub): Promise<void> {
  const pullRequest = pullRequestInput();
  if (!pullRequest) return;
  const { number, own } = pullRequest;
  const note =
    `> [!NOTE]\n> **Stale.** The dry run is under way again for ${own.head.slice(0, 7)}: [run](${runUrl()}). ` +
    "What stands below is from before.";
  try {
    await markStale(github, number, own, note);
  } catch (error) {
    log(
      `::warning::The comment of the run before is not marked as stale. GitHub answers ${messageOf(error)}.`,
    );
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.log(
      `::error::${messageOf(error)}. Nobody watches over the run any more: cancel it by hand if its jobs get no runner.`,
    );
    process.exitCode = 1;
  },
);
