import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "./cluster";
import { CouldNotCheck } from "./couldNotCheck";
import { dryRun } from "./dryRun";
import { readInputs } from "./inputs";
import { removedObjects, render } from "./render";
import { logText, type Report, summaryText } from "./report";
import { verdictOf } from "./verdict";
import { annotation } from "./workflowCommands";

function dryRunOverlay(folder: string): Report {
  const inputs = readInputs(process.env);
  const { overlay, baseFolder, clusterName } = inputs;
  const objects = render(overlay);
  const removed = removedObjects(join(baseFolder, overlay), objects);
  const outcomes = dryRun(connect(inputs, folder), objects);
  return { clusterName, overlay, outcomes, removed, verdict: verdictOf(outcomes) };
}

const folder = mkdtempSync(join(process.env.RUNNER_TEMP ?? tmpdir(), "k8s-dryrun-"));
const summaryFile = process.env.GITHUB_STEP_SUMMARY;
try {
  const report = dryRunOverlay(folder);
  console.log(logText(report));
  if (summaryFile) appendFileSync(summaryFile, summaryText(report));
  process.exitCode = report.verdict.exitCode;
} catch (error) {
  const reason =
    error instanceof CouldNotCheck ? error.message : String(error instanceof Error ? error.stack : error);
  console.log(annotation("error", `Could not be checked: ${reason}`));
  if (summaryFile) appendFileSync(summaryFile, "## Could not be checked\n\nThe log of the job says why.\n");
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
