// The program of the action `k8s_release`: the jobs of a release around those that apply it.
import { appendFileSync } from "node:fs";
import { run } from "../../../dryrun/command";
import { annotation } from "../../../dryrun/workflowCommands";
import { readReport } from "../../comment/readReport";
import { messageOf } from "../../github/failure";
import { connectionOfJob, githubOfJob, input, runUrl, variable } from "../../hostedInputs";
import { reportInput } from "../../reportInput";
import { applyJob } from "../release";
import { compare } from "./comparison";
import {
  comparisonPage,
  comparisonWarnings,
  type ComparedEnvironment,
  type Comparison,
} from "./comparisonPage";
import { connectReleases, type MergedPullRequest } from "./github";
import { prepare } from "./prepare";
import { releaseText } from "./publish";
import { readReviewed, type ShownByPullRequest } from "./readReviewed";

/** Largest job summary, in bytes. GitHub drops one above 1 MiB whole. */
const largestSummary = 900_000;

/** What the job before found. */
interface Found {
  pullRequests: MergedPullRequest[];
  isCut: boolean;
}

const tasks: Record<string, (() => Promise<void>) | undefined> = {
  prepare: prepareTask,
  compare: compareTask,
  publish: publishTask,
};

async function prepareTask(): Promise<void> {
  const { base, baseTag, pullRequests, isCut } = await prepare({
    commit: input("commit"),
    tag: input("tag"),
    branch: input("branch"),
    github: connectReleases(connectionOfJob()),
    git: (...args) => run("git", args),
  });
  const found: Found = { pullRequests, isCut };
  const outputs = { base, "base-tag": baseTag, "pull-requests": JSON.stringify(found) };
  for (const [name, value] of Object.entries(outputs))
    appendFileSync(variable("GITHUB_OUTPUT"), `${name}=${value}\n`);
  console.log(`Before: ${baseTag || "no release"}. Since: ${String(pullRequests.length)} pull requests.`);
}

async function compareTask(): Promise<void> {
  const { pullRequests, isCut } = JSON.parse(input("pull-requests")) as Found;
  const github = githubOfJob();
  const shown: ShownByPullRequest[] = [];
  for (const pullRequest of pullRequests) shown.push(await readReviewed(github, pullRequest));
  const comparison: Comparison = {
    commit: input("commit"),
    deletions: input("delete"),
    baseTag: input("base-tag"),
    pullRequests: shown,
    isCut,
    environments: (JSON.parse(input("environments")) as { name: string; job: string }[]).flatMap((each) =>
      comparedEnvironment(each, shown),
    ),
    repositoryUrl: `${variable("GITHUB_SERVER_URL")}/${variable("GITHUB_REPOSITORY")}`,
  };
  appendFileSync(variable("GITHUB_STEP_SUMMARY"), comparisonPage(comparison, largestSummary));
  for (const warning of comparisonWarnings(comparison)) console.log(annotation("warning", warning));
}

function comparedEnvironment(
  { name, job }: { name: string; job: string },
  shown: ShownByPullRequest[],
): ComparedEnvironment[] {
  const result = input(`result-${job}`);
  // Another environment is applied by hand.
  if (result === "skipped") return [];
  const isFailed = result !== "success";
  try {
    const packed = readReport(input(reportInput(job)), name);
    const { report, leftOut } = packed;
    return [{ name, state: report.state, isFailed, leftOut, objects: compare(name, packed, shown) }];
  } catch (error) {
    const problem = `the job ${job} is ${result}, and ${(error as Error).message}`;
    return [{ name, problem, isFailed, objects: [] }];
  }
}

async function publishTask(): Promise<void> {
  const github = connectReleases(connectionOfJob());
  const release = Number(input("release"));
  const applied = (JSON.parse(input("environments")) as string[]).map((name) => {
    const job = applyJob({ name });
    return { name, result: input(`result-${job}`), report: input(reportInput(job)) };
  });
  const before = await github.textOf(release);
  if (before === undefined) throw new Error("the release is gone.");
  await github.setText(release, releaseText(before, applied, runUrl()));
}

async function main(): Promise<void> {
  const task = tasks[input("task")];
  if (!task) throw new Error(`there is no task ${JSON.stringify(input("task"))}.`);
  await task();
}

main().catch((error: unknown) => {
  console.log(annotation("error", messageOf(error)));
  process.exitCode = 1;
});
