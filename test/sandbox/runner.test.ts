import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { guardText } from "../../committed/guard";
import { gateCheckName } from "../../committed/gateJob";
import { workflowName } from "../../committed/workflow";
import { runnerActions } from "../../components/runnerActions";
import { consolePaths } from "../../sandbox/aws/consolePaths";
import type { JudgedJob } from "../../sandbox/aws/codebuild/judgements";
import { githubToken } from "../../sandbox/environment";
import { readJudgements } from "../../sandbox/judgements";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { targetRepository } from "../../sandbox/world";
import { aws, awsRequests, clusterOf, regionOf, succeeded } from "./deployedWorld";

const stack = "ja-production";
const path = `/repos/${targetRepository.owner}/${targetRepository.name}`;

interface Job {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  runner_name: string | null;
}

// One sandbox, one region: deployed by the real engine, and a pull request whose workflow is the committed one.
describe("a pull request in the sandbox", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let clone: string;

  before(async () => {
    sandbox = await startSandbox();
    succeeded(await sandbox.pulumi(["up", "--yes", "--skip-preview"], { stack }));
    await installGuard(sandbox);
    clone = await mkdtemp(join(tmpdir(), "clone-"));
    await execa("git", ["clone", "--quiet", sandbox.folder.targetRepository(), clone]);
  });
  after(async () => {
    await sandbox.stop();
    await rm(clone, { recursive: true, force: true });
  });

  const gitHub = async <T>(address: string, body?: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${String(sandbox.state.ports.github)}${address}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${githubToken}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${address}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as T;
  };

  /** Opens a pull request that changes a Deployment of the region. @returns its number */
  const openPullRequest = async (branch: string): Promise<number> => {
    const git = (...args: string[]) => execa("git", args, { cwd: clone });
    await git("checkout", "--quiet", "-b", branch, "origin/main");
    const file = join(clone, "k8s", stack, "api.yaml");
    await writeFile(file, `${await readFile(file, "utf8")}# ${branch}\n`);
    await git("-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qam", branch);
    await git("push", "--quiet", "origin", branch);
    const pull = await gitHub<{ number: number }>(`${path}/pulls`, {
      title: branch,
      head: branch,
      base: "main",
    });
    return pull.number;
  };
  /** Id of the committed workflow's run. */
  const runOf = (query: string): Promise<number> =>
    until(`a run with ${query}`, async () => {
      const runs = await gitHub<{ workflow_runs: { id: number; name: string }[] }>(
        `${path}/actions/runs?${query}`,
      );
      return runs.workflow_runs.find(({ name }) => name === workflowName)?.id;
    });
  const regionJob = async (run: number): Promise<Job | undefined> => {
    const { jobs } = await gitHub<{ jobs: Job[] }>(`${path}/actions/runs/${String(run)}/jobs`);
    return jobs.find(({ name }) => name.startsWith(`dryrun-${stack}`));
  };
  const judgementOf = async (job: Job): Promise<JudgedJob | undefined> =>
    (await readJudgements(sandbox.state)).find((one) => one.job.id === job.id);

  it("has its region's job run by a build of the project that was deployed", async () => {
    await openPullRequest("change-api");
    const run = await runOf("branch=change-api");
    const job = await until("the region's job to end", async () => {
      const found = await regionJob(run);
      expect(found?.conclusion, "the job was left out").not.to.equal("skipped");
      return found?.status === "completed" ? found : undefined;
    });
    const judged = await until("its build to end", async () => {
      const found = await judgementOf(job);
      return found?.build?.status === "IN_PROGRESS" ? undefined : found;
    });
    expect(judged.build, JSON.stringify(judged)).to.deep.include({ status: "SUCCEEDED" });
    expect(judged).to.include({ region: regionOf[stack] });
    expect(job.runner_name).to.match(new RegExp(`^${judged.project}-`));
    const log = await logOf(job);
    expect(log, "the real API server was asked").to.contain(`${stack}: no change.`);
    expect(job.conclusion, log).to.equal("success");
  });

  it("calls AWS with the runner's role for nothing but what its policy allows", () => {
    const ofRole = awsRequests(sandbox).filter(({ role }) => role !== undefined);
    const called = new Set(ofRole.map(({ service, operation }) => `${service}:${operation}`));
    // Who somebody is needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    called.delete("sts:GetCallerIdentity");
    expect([...called]).to.include("eks:DescribeCluster");
    const allowed = Object.values(runnerActions).flatMap((rows) => rows.map(({ action }) => action));
    expect(allowed).to.include.members([...called]);
    expect(ofRole.filter(({ status }) => status >= 400)).to.deep.equal([]);
  });

  it("is dry-run again in the merge queue, with the queue's own base", async () => {
    const number = await openPullRequest("change-in-queue");
    await gitHub(`${path}/pulls/${String(number)}/merge-queue`, {});
    const run = await runOf("event=merge_group");
    const jobs = await until("the merge group's run to end", async () => {
      const { status } = await gitHub<{ status: string }>(`${path}/actions/runs/${String(run)}`);
      if (status !== "completed") return undefined;
      return (await gitHub<{ jobs: Job[] }>(`${path}/actions/runs/${String(run)}/jobs`)).jobs;
    });
    const ends = Object.fromEntries(
      jobs.map(({ name, conclusion }) => [name.replace(/ \(.*/, ""), conclusion] as const),
    );
    expect(ends).to.include({
      [`dryrun-${stack}`]: "success",
      [gateCheckName]: "success",
      comment: "success",
    });
  });

  it("waits for a runner once the deployed network leads nowhere, and the sandbox says why", async () => {
    const tables = await aws<{ RouteTables: { RouteTableId: string; Tags?: { Value: string }[] }[] }>(
      sandbox,
      stack,
      "ec2",
      "describe-route-tables",
    );
    const own = tables.RouteTables.filter(({ Tags }) =>
      Tags?.some(({ Value }) => Value.includes("-runner-")),
    );
    for (const { RouteTableId } of own)
      succeeded(
        await sandbox.aws(
          ["ec2", "delete-route", "--route-table-id", RouteTableId, "--destination-cidr-block", "0.0.0.0/0"],
          { region: regionOf[stack]! },
        ),
      );
    await openPullRequest("change-again");
    const run = await runOf("branch=change-again");
    const judged = await until("a build to fail", async () => {
      const job = await regionJob(run);
      const found = job && (await judgementOf(job));
      return found?.build?.status === "FAILED" ? found : undefined;
    });
    expect(judged.build).to.include({ phase: "DOWNLOAD_SOURCE" });
    expect(judged.build?.reason).to.match(/has no route to the internet/);
    expect(await regionJob(run)).to.include({ status: "queued" });
  });

  async function logOf({ id }: Job): Promise<string> {
    const response = await fetch(
      `http://127.0.0.1:${String(sandbox.state.ports.github)}${path}/actions/jobs/${String(id)}/logs`,
      { headers: { authorization: `Bearer ${githubToken}` } },
    );
    return response.text();
  }
});

/** What a person with rights in the cluster does after `pulumi up`. */
async function installGuard({ state }: Sandbox): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${String(state.ports.aws)}${consolePaths.adminKubeconfig}`, {
    method: "POST",
    body: JSON.stringify({ region: regionOf[stack], clusterName: clusterOf[stack] }),
  });
  const { path: kubeconfig } = (await response.json()) as { path: string };
  const kubectl = await ensureKubectl(35);
  await execa(kubectl, ["--kubeconfig", kubeconfig, "apply", "-f", "-"], { input: guardText({}) });
}

/** Asks until there is an answer. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 300_000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await setTimeout(500);
  }
  throw new Error(`There was not ${what} after five minutes.`);
}
