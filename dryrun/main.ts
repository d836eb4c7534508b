import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CouldNotCheck, crashText } from "./couldNotCheck";
import { dryRun } from "./dryRun";
import { logText } from "./log";
import { argumentsFromInputs, type Options, readOptions } from "./options";
import { largestSummary, summaryOf } from "./report/markdown";
import { pack } from "./report/pack";
import { reportOfProblem } from "./report/reportOfProblem";
import type { Report } from "./report/types";
import { annotation } from "./workflowCommands";

/** Grace for the outputs once GitHub or a person ends the run, which they do by these signals. */
const endings = ["SIGINT", "SIGTERM"] as const;

function optionsOf(environment: NodeJS.ProcessEnv): Options | undefined {
  const given = process.argv.slice(2);
  return readOptions(given.length > 0 ? given : argumentsFromInputs(environment));
}

async function main(options: Options): Promise<number> {
  const folder = mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), "k8s-dryrun-"));
  const ended = new AbortController();
  const end = () => {
    ended.abort();
  };
  for (const signal of endings) process.once(signal, end);
  try {
    const report = await dryRun(options, folder, ended.signal);
    console.log(logText(report));
    publish(report, options);
    return report.exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands a report over to files, the page of the run and the next jobs. */
function publish(
  report: Report,
  { reportFile, summaryFile }: Pick<Options, "reportFile" | "summaryFile"> = {},
) {
  if (reportFile) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  for (const file of [summaryFile, process.env.GITHUB_STEP_SUMMARY]) {
    if (file) appendFileSync(file, summaryOf(report, largestSummary));
  }
  const { GITHUB_OUTPUT } = process.env;
  if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `report=${pack(report)}\n`);
}

async function start(): Promise<number> {
  try {
    const options = optionsOf(process.env);
    return options ? await main(options) : 0;
  } catch (error) {
    const expected = error instanceof CouldNotCheck;
    const message = expected ? error.message : crashText(error);
    const text = `Could not be checked: ${message}`;
    if (process.env.GITHUB_ACTIONS) console.log(annotation("error", text));
    else console.error(text);
    const { INPUT_ENVIRONMENT: environment, INPUT_OVERLAY: overlay = "" } = process.env;
    // An unexpected error may quote anything, and nobody knows any more what must not be shown.
    const problem = expected ? message : "The dry run itself failed. The log of its job says how.";
    if (environment) publish(reportOfProblem({ environment, overlay }, problem));
    return 2;
  }
}

void start().then((exitCode) => {
  process.exitCode = exitCode;
});
