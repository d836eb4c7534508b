// The program of the action `k8s_apply`: has one environment applied, by a build inside of its private network.
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { inlineCode, visible } from "../../../dryrun/report/inertText";
import { summaryOf } from "../../../dryrun/report/markdown";
import type { Report } from "../../../dryrun/report/types";
import { annotation } from "../../../dryrun/workflowCommands";
import { readAppliedReport } from "../../comment/readReport";
import { messageOf } from "../../github/failure";
import { input, variable } from "../../hostedInputs";
import { isFullCommit } from "../fullCommit";
import { awsBuilds } from "./awsBuilds";
import type { Builds, StartedBuild } from "./builds";
import { follow, type Followed } from "./follow";

/** Largest job summary, in bytes. GitHub drops one above 1 MiB whole. */
const largestSummary = 900_000;

const environment = input("environment");

const error = (text: string) => {
  console.log(annotation("error", `${environment}: ${text}`));
};

async function main(): Promise<number> {
  const [project, region, commit] = [input("project"), input("region"), input("commit")];
  if (!project || !region) {
    error("it is not among the environments that releases are applied to.");
    return 1;
  }
  if (!isFullCommit(commit)) {
    error(`${JSON.stringify(commit)} is no commit in full: 40 digits from 0 to f.`);
    return 1;
  }
  const builds = awsBuilds(region);
  const ended = endings();
  const build = await start(builds, project, commit);
  if (!build) return 1;
  console.log(`${environment}: ${commit} is applied by the build ${build.url}`);
  const followed = await toItsEnd(builds, build, ended);
  return followed ? tell(followed, build) : 1;
}

async function start(builds: Builds, project: string, commit: string): Promise<StartedBuild | undefined> {
  const token = ["GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"].map(variable).join("-");
  try {
    return await builds.start({
      project,
      commit,
      deletes: input("delete"),
      token: `${token}-${environment}`,
    });
  } catch (cause) {
    error(
      `no build was started, and nothing was applied. AWS answers: ${messageOf(cause)}. Where another apply of the ` +
        "environment is under way, wait for it and run this job again.",
    );
    return undefined;
  }
}

/** The build's own words are shown, and must not be able to give GitHub commands. */
async function toItsEnd(
  builds: Builds,
  build: StartedBuild,
  ended: AbortSignal,
): Promise<Followed | undefined> {
  const token = randomUUID();
  console.log(`::stop-commands::${token}`);
  let cause: unknown;
  try {
    const log = (line: string) => {
      console.log(visible(line));
    };
    const followed = await follow({
      builds,
      id: build.id,
      ended,
      sleep: (seconds) => pause(seconds, ended),
      log,
    });
    if (followed) return followed;
  } catch (failure) {
    cause = failure;
  } finally {
    console.log(`::${token}::`);
  }
  const why = cause === undefined ? "this job was ended" : `it cannot be seen any more: ${messageOf(cause)}`;
  const text = `the build goes on, and may write to the cluster; ${why}. See ${build.url}`;
  error(text);
  summary(`## 🚫 ${inlineCode(environment)}: not known\n\nOnly this job has ended: ${text}\n`);
  return undefined;
}

function tell({ state, report }: Followed, { url }: StartedBuild): number {
  const read = reportOf(report);
  if (typeof read !== "string") {
    summary(`${summaryOf(read, largestSummary)}\n[Build](${url})\n`);
    appendFileSync(variable("GITHUB_OUTPUT"), `report=${report}\n`);
  }
  const succeeded = state.status === "SUCCEEDED";
  if (!succeeded) {
    error([`the build ended as ${state.status}.`, ...state.problems, `See ${url}`].join("\n"));
  } else if (typeof read === "string") {
    console.log(annotation("warning", `${environment}: it is applied, but ${read} See ${url}`));
  } else if (read.exitCode !== 0) {
    error(`the build succeeded, and its report says otherwise. See ${url}`);
    return 1;
  }
  if (typeof read === "string") {
    const sign = succeeded ? "✅" : "❌";
    summary(
      `## ${sign} ${inlineCode(environment)}: the build ended as ${state.status}\n\n[Build](${url}): ${read} What was ` +
        "applied and what not is in its log.\n",
    );
  }
  return succeeded ? 0 : 1;
}

/** The report, or what is wrong with it. */
function reportOf(packed: string): Report | string {
  if (packed === "") return "its log has no report.";
  try {
    return readAppliedReport(packed, environment).report;
  } catch (cause) {
    return (cause as Error).message;
  }
}

function summary(text: string): void {
  appendFileSync(variable("GITHUB_STEP_SUMMARY"), text);
}

/** GitHub ends a step by these signals, and grants it some seconds. */
function endings(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      ended.abort();
    });
  return ended.signal;
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (cause: unknown) => {
    error(`the action itself failed: ${messageOf(cause)}`);
    process.exitCode = 1;
  },
);
