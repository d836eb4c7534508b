import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, Sandbox } from "../../sandbox/testing";

/** Region of each stack. */
export const regionOf: Record<string, string> = {
  "ja-production": "ap-northeast-1",
  "kr-production": "ap-northeast-2",
  "in-production": "ap-south-1",
};

/** A request that reached the local AWS. */
export interface RecordedRequest {
  /** ISO 8601. */
  time: string;
  service: string;
  operation: string;
  region: string;
  status: number;
  errorCode?: string;
  /** ARN of the role whose temporary credentials signed. */
  role?: string;
}

/** All requests that reached the local AWS so far. */
export function awsRequests(sandbox: Sandbox): RecordedRequest[] {
  const lines = readFileSync(join(sandbox.folder.aws(), "requests.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as RecordedRequest);
}

/** What the `aws` command answers, parsed. */
export async function aws<T>(sandbox: Sandbox, stack: string, ...args: string[]): Promise<T> {
  const outcome = await sandbox.aws([...args, "--output", "json"], { region: regionOf[stack]! });
  if (outcome.exitCode !== 0) throw new Error(outcome.all);
  return JSON.parse(outcome.stdout) as T;
}

/** Name of each stack's cluster. */
export const clusterOf: Record<string, string> = {
  "ja-production": "trocco-production",
  "kr-production": "trocco-kr-production",
  "in-production": "trocco-in-production",
};

/** The output of a command that must have succeeded. */
export function succeeded(outcome: Outcome): string {
  if (outcome.exitCode !== 0) throw new Error(`exit code ${String(outcome.exitCode)}:\n${outcome.all}`);
  return outcome.stdout;
}

/**
 * Runs pulumi on the home stack while others are updated, once more if it read half of their state: here that is in files that
 * Pulumi writes where they stand.
 */
export async function besideOthers(run: () => Promise<Outcome>): Promise<Outcome> {
  const outcome = await run();
  return /failed to load checkpoint: .*EOF/.test(outcome.all) ? run() : outcome;
}

interface PlannedStep {
  op: string;
  urn: string;
  diffReasons?: string[];
}

/** Operations that a preview plans, without the resources that stay as they are: `update kr-production-runner`. */
export function plannedSteps(previewJson: string): string[] {
  return stepsOf(previewJson).map(({ op, urn }) => `${op} ${urnName(urn)}`);
}

/**
 * Properties that a preview would change: `update kr-production-runner source`. A resource whose update was tried again has
 * none: the engine keeps the first try's error and updates it once more.
 */
export function plannedChanges(previewJson: string): string[] {
  return stepsOf(previewJson).flatMap(({ op, urn, diffReasons = [] }) =>
    (op === "update" ? diffReasons : ["all"]).map((property) => `${op} ${urnName(urn)} ${property}`),
  );
}

function stepsOf(previewJson: string): PlannedStep[] {
  const { steps } = JSON.parse(previewJson) as { steps: PlannedStep[] };
  return steps.filter(({ op }) => !["same", "read", "refresh"].includes(op));
}

/** `aws:codebuild/project:Project kr-production-runner` of a URN. */
function urnName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""} ${name}`;
}
