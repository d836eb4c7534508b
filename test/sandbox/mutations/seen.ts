import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gate } from "../../../committed/gate";
import { gateCheckName } from "../../../committed/gateJob";
import type { Needs } from "../../../committed/needs";
import { isReportedAs } from "../../../committed/reportedName";
import type { PullRequests } from "../../../sandbox/demo/pullRequests";
import type { Job, Run } from "../../../sandbox/demo/workflowRuns";
import { readJudgements } from "../../../sandbox/judgements";
import type { Sandbox } from "../../../sandbox/testing";
import type { DeployedRegion } from "./world";

/** What is seen of a pull request once its run is over, all of it text. */
export interface Seen {
  /** How the run ended. */
  run: string;
  /** How the region's job ended, and whether a runner took it. */
  job: string;
  /** What the comment says of the region; empty if there is none. */
  comment: string;
  /** What the gate says of the region. */
  gate: string;
  /** The gate where the registry says `enforcement: "require"`. */
  requiredGate: string;
  /** The build, as CodeBuild shows it: where it failed, and with which words. */
  build: string;
  /** Why, in the sandbox's own words, of which AWS has none. */
  why: string;
}

/** Logs of a region's cluster: what its gate dropped, and whom its authenticator did not know. */
export class ClusterLogs {
  private readonly before: string[];
  private readonly files: string[];

  constructor({ folder }: Sandbox, { deployment: { region, clusterName } }: DeployedRegion) {
    const directory = join(folder.aws(), "clusters", region, clusterName);
    this.files = ["gates.log", "authenticator.log"].map((name) => join(directory, name));
    this.before = this.files.map(textOf);
  }

  /** What has been written since, each line once and without its time. */
  since(): string[] {
    const texts = this.files.map((file, index) => textOf(file).slice(this.before[index]?.length));
    const lines = texts.flatMap((text) => text.split("\n")).map((line) => line.replace(/^\S+ /, ""));
    return [...new Set(lines.filter(Boolean))];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return "";
  }
}

/** A pull request whose run is over. */
interface Ended {
  pulls: PullRequests;
  run: Run;
  jobs: Job[];
  comment: string;
  logs: ClusterLogs;
}

/** Looks at a region of a pull request as its reviewer, as the region's operator and as the sandbox's judge. */
export async function seenOf(
  sandbox: Sandbox,
  { stack, deployment, subject }: DeployedRegion,
  { pulls, run, jobs, comment, logs }: Ended,
): Promise<Seen> {
  const { jobName } = subject.environment.runner;
  const own = jobs.find((job) => isReportedAs(job.name, jobName));
  const gateJob = jobs.find(({ name }) => name === gateCheckName);
  const judged = (await readJudgements(sandbox.state)).filter(
    ({ job, region }) => job.id === own?.id && region === deployment.region,
  );
  const build = judged.find((one) => one.build)?.build;
  const reasons = judged.length === 0 ? ["no webhook heard of the job"] : judged.map(({ reason }) => reason);
  return {
    run: run.conclusion ?? "",
    job: own ? `${own.conclusion ?? ""}, ${own.runner_name ? "on a runner" : "without a runner"}` : "none",
    comment: partOf(stack, comment),
    gate: linesWith(`${stack}: `, gateJob ? await pulls.log(gateJob) : ""),
    requiredGate: isRequiredGateGreen(subject.environment, jobs) ? "green" : "red",
    build: build ? `${build.status} in ${build.phase}: ${build.message ?? ""}` : "none",
    why: [...reasons, build?.reason, ...logs.since()].filter(Boolean).join("\n"),
  };
}

/** What a comment says of an environment: its row of the table, and its warnings. */
export function partOf(environment: string, comment: string): string {
  const row = comment.split("\n").filter((line) => line.startsWith(`| \`${environment}\` |`));
  const warnings = comment
    .split(/^(?=`\S+`:$|### )/m)
    .filter((part) => part.startsWith(`\`${environment}\`:`));
  return [...row, ...warnings].join("\n");
}

function linesWith(text: string, log: string): string {
  const lines = log.split("\n").filter((line) => line.includes(text));
  return lines.map((line) => line.slice(line.indexOf(text))).join("\n");
}

/** Asks the gate itself, of the run's own jobs: whether the pull request could be merged where the region is required. */
function isRequiredGateGreen(
  { name, filter, runner: { jobName } }: DeployedRegion["subject"]["environment"],
  jobs: Job[],
): boolean {
  const result = (id: string) => jobs.find((job) => isReportedAs(job.name, id))?.conclusion ?? "missing";
  const needs: Needs = {
    changes: { result: result("changes"), outputs: { [filter]: "true" } },
    [jobName]: { result: result(jobName) },
    watch: { result: result("watch") },
  };
  return gate(needs, [{ name, filter, check: { job: jobName, enforcement: "require" } }], 30).ok;
}
