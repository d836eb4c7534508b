// The program of the job `comment`.
import { appendFileSync } from "node:fs";
import { page } from "../../dryrun/report/section";
import { isReportedAs } from "../reportedName";
import { reportInput } from "../reportInput";
import type { GitHub } from "../github/api";
import { messageOf } from "../github/failure";
import { githubOfJob, input, pullRequestInput, runUrl, sleep, variable } from "../hostedInputs";
import type { Needs } from "../needs";
import type { JudgedEnvironment } from "../outcome";
import { isOnlyRun } from "./alone";
import { isGenuine } from "./genuine";
import { collapsed, contentOf, isUntouched, type Results } from "./content";
import { longestPage, pagesOf } from "./pages";
import { post } from "./post";
import { reviewedLine } from "./reviewed";
import { standingOf } from "./standing";

/** Largest job summary, in bytes. GitHub drops one above 1 MiB whole. */
const largestSummary = 1_000_000;

const log = (line: string) => {
  console.log(line);
};

async function main(): Promise<number> {
  const github = githubOfJob();
  const results = await resultsOfRun(github);
  const content = contentOf(results);
  appendFileSync(variable("GITHUB_STEP_SUMMARY"), page(content.head, content.sections, largestSummary));

  const pullRequest = pullRequestInput();
  if (!pullRequest) return 0;
  const { number, own } = pullRequest;
  const onlyInPlace = isUntouched(results);
  const title = `Dry run of \`${own.head.slice(0, 7)}\``;
  const kept = input("keep-for-release") === "true" ? reviewedLine(results.standings) : "";
  const pages = onlyInPlace
    ? [collapsed(results)]
    : withKept(kept, (longest) =>
        pagesOf(content, { title, rest: `[the page of the run](${results.runUrl})`, longest }),
      );
  const others = { branch: input("branch"), workflow: variable("GITHUB_WORKFLOW"), run: own.run };
  const isAlone = () => isOnlyRun(github, others, log);
  const posted = await post({
    github,
    pullRequest: number,
    own,
    pages,
    onlyInPlace,
    isAlone,
    isGenuine: (marker) => isGenuine(github, others, marker),
    sleep,
    log,
  });
  if (posted === "superseded") log("A newer push or run is there, and comments itself.");
  if (posted === "forbidden") {
    log(
      "::warning::This run may not comment on the pull request. What it would say is on the page of the run.",
    );
  }
  return 0;
}

/** Pages with a line at the end of the first that nobody sees. @param pages makes them, each of a length at most. */
function withKept(kept: string, pages: (longest: number) => string[]): string[] {
  if (kept === "") return pages(longestPage);
  const [first = "", ...others] = pages(longestPage - kept.length - 2);
  return [`${first}\n${kept}\n`, ...others];
}

async function resultsOfRun(github: GitHub): Promise<Results> {
  const needs = JSON.parse(input("needs")) as Needs;
  const environments = JSON.parse(input("environments")) as JudgedEnvironment[];
  const runnerStartMinutes = Number(input("runner-start-minutes"));
  return {
    standings: environments.map((environment) => {
      const packed = environment.check ? input(reportInput(environment.check.job)) : "";
      return standingOf(environment, needs, packed, runnerStartMinutes);
    }),
    isWorkflowChanged: input("workflow-changed") === "true",
    head: input("head"),
    runUrl: runUrl(),
    attempt: Number(variable("GITHUB_RUN_ATTEMPT")),
    jobUrls: await jobUrls(github, environments),
  };
}

/** Pages of the environments' jobs. Without them the table has no links, and that is all. */
async function jobUrls(github: GitHub, environments: JudgedEnvironment[]): Promise<Record<string, string>> {
  try {
    const { jobs } = await github.jobsOf(Number(variable("GITHUB_RUN_ID")));
    return Object.fromEntries(
      environments.flatMap(({ check }) => {
        const found = check && jobs.find(({ name }) => isReportedAs(name, check.job));
        return found ? [[check.job, found.url]] : [];
      }),
    );
  } catch (error) {
    log(`The pages of the jobs are not known: ${messageOf(error)}.`);
    return {};
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.log(`::error::The comment could not be made: ${messageOf(error)}`);
    process.exitCode = 1;
  },
);
