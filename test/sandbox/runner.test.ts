import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { gateCheckName } from "../../committed/gateJob";
import { runnerActions } from "../../components/runnerActions";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { aws, awsRequests, regionOf, succeeded } from "./deployedWorld";
import { installGuard, RegionPullRequests, repositoryPath, until } from "./regionPullRequests";

const stack = "ja-production";

// One sandbox, one region: deployed by the real engine, and a pull request whose workflow is the committed one.
describe("a pull request in the sandbox", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let pulls: RegionPullRequests;

  before(async () => {
    sandbox = await startSandbox();
    succeeded(await sandbox.pulumi(["up", "--yes", "--skip-preview"], { stack }));
    await installGuard(sandbox, stack);
    pulls = await RegionPullRequests.on(sandbox, stack);
  });
  after(async () => {
    await sandbox.stop();
    await pulls.remove();
  });

  it("has its region's job run by a build of the project that was deployed", async () => {
    await pulls.open("change-api");
    const job = await pulls.endedRegionJob(await pulls.runOf("branch=change-api"));
    const judged = await pulls.endedBuild(job);
    expect(judged.build, JSON.stringify(judged)).to.deep.include({ status: "SUCCEEDED" });
    expect(judged).to.include({ region: regionOf[stack] });
    expect(job.runner_name).to.match(new RegExp(`^${judged.project}-`));
    const log = await pulls.logOf(job);
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
    const number = await pulls.open("change-in-queue");
    await pulls.gitHub(`${repositoryPath}/pulls/${String(number)}/merge-queue`, {});
    const run = await pulls.runOf("event=merge_group");
    const jobs = await until("the merge group's run to end", async () => {
      const { status } = await pulls.gitHub<{ status: string }>(
        `${repositoryPath}/actions/runs/${String(run)}`,
      );
      if (status !== "completed") return undefined;
      return pulls.jobs(run);
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
    await pulls.open("change-again");
    const run = await pulls.runOf("branch=change-again");
    const judged = await until("a build to fail", async () => {
      const job = await pulls.regionJob(run);
      const found = job && (await pulls.judgementOf(job));
      return found?.build?.status === "FAILED" ? found : undefined;
    });
    expect(judged.build).to.include({ phase: "DOWNLOAD_SOURCE" });
    expect(judged.build?.reason).to.match(/has no route to the internet/);
    expect(await pulls.regionJob(run)).to.include({ status: "queued" });
  });
});
