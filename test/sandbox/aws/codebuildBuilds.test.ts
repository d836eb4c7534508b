import {
  DeleteProjectCommand,
  ListBuildsCommand,
  ListBuildsForProjectCommand,
  StopBuildCommand,
  UpdateWebhookCommand,
  type Build,
} from "@aws-sdk/client-codebuild";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DeleteRouteCommand, RevokeSecurityGroupEgressCommand } from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { setTimeout } from "node:timers/promises";
import { codeBuildTrust, connectionStatement, networkStatement, refusal, statement } from "./localAws";
import {
  defaultRoute,
  hookedWorld,
  label,
  logStatement,
  makeRunner,
  patience,
  queuedFilter,
  type HookedWorld,
  type Registered,
} from "./hookedWorld";

const ended = ({ buildComplete }: Build) => buildComplete === true;
const inPhase =
  (phase: string) =>
  ({ currentPhase }: Build) =>
    currentPhase === phase;

describe("builds of the local AWS's CodeBuild", function () {
  this.timeout(240_000);
  let world: HookedWorld;
  let runner: Awaited<ReturnType<typeof makeRunner>>;

  before(async () => {
    world = await hookedWorld();
    runner = await makeRunner(world.aws, "runner");
    await makeRunner(world.aws, "by-workflow", {
      filters: [queuedFilter, { type: "WORKFLOW_NAME", pattern: "^K8s Dryrun$" }],
    });
  });
  after(() => world.stop());
  afterEach(() => {
    for (const { end } of world.registered.splice(0)) end(undefined);
  });

  /** The machine of the build that runs now, the first or the one after another. */
  async function machine(before?: Registered): Promise<Registered> {
    for (const end = Date.now() + patience; Date.now() < end;) {
      const last = world.registered.at(-1);
      if (last && last !== before) return last;
      await setTimeout(25);
    }
    throw new Error("No build registered as a runner");
  }

  it("makes the repository's hook, changes it and deletes it with its project", async () => {
    const { codebuild } = await makeRunner(world.aws, "hooked");
    const made = world.hookOf("hooked");
    expect(made.events).to.deep.equal(["workflow_job"]);
    expect(made.config.url).to.equal(`${world.aws.endpoint()}/-/codebuild/webhooks/ap-northeast-1/hooked`);
    const push = [[{ type: "EVENT" as const, pattern: "PUSH, PULL_REQUEST_UPDATED" }]];
    await codebuild.send(
      new UpdateWebhookCommand({ projectName: "hooked", filterGroups: push, rotateSecret: true }),
    );
    const changed = world.hooks.get(made.id)!;
    expect(changed.events).to.deep.equal(["push", "pull_request"]);
    expect(changed.config.secret).not.to.equal(made.config.secret);
    await codebuild.send(new DeleteProjectCommand({ name: "hooked" }));
    expect(world.hooks.has(made.id), "the hook is left behind").to.equal(false);
  });

  it("runs one job as an ephemeral runner and ends with it", async () => {
    const [answer] = await world.tell({ labels: [label("runner"), "job1"] }, [world.hookOf("runner")]);
    expect(answer).to.include({ status: 200 });
    const { request, end } = await machine();
    expect(request.registration).to.include({
      level: "repository",
      name: "example-org/kubernetes-manifests",
    });
    expect(request.labels).to.include.members(["self-hosted", label("runner"), "job1"]);
    const running = await world.build("runner", inPhase("BUILD"));
    expect(request.environment).to.include({
      OPENED_FOR: running.id,
      CODEBUILD_BUILD_ARN: running.arn,
      CODEBUILD_WEBHOOK_EVENT: "WORKFLOW_JOB_QUEUED",
      RUNNER_TOOL_CACHE: "/tool-cache",
    });
    end({ jobId: 1, conclusion: "failure" });

    const build = await world.build("runner", ended);
    expect(build.buildStatus, "a red job is GitHub's to show").to.equal("SUCCEEDED");
    expect(build.phases?.map(({ phaseType }) => phaseType)).to.deep.equal([
      "SUBMITTED",
      "QUEUED",
      "PROVISIONING",
      "DOWNLOAD_SOURCE",
      "INSTALL",
      "PRE_BUILD",
      "BUILD",
      "POST_BUILD",
      "UPLOAD_ARTIFACTS",
      "FINALIZING",
      "COMPLETED",
    ]);
    const ids = await runner.codebuild.send(new ListBuildsForProjectCommand({ projectName: "runner" }));
    expect(ids.ids).to.deep.equal([build.id]);
    expect((await runner.codebuild.send(new ListBuildsCommand({}))).ids).to.deep.equal([build.id]);

    const { events } = await runner.logs.send(
      new FilterLogEventsCommand({
        logGroupName: build.logs?.groupName,
        logStreamNames: [build.logs?.streamName ?? ""],
      }),
    );
    expect(build.logs?.groupName).to.equal("/aws/codebuild/runner");
    expect(events?.map(({ message }) => message).join("\n")).to.match(/Job 1 ended: failure/);
  });

  it("prints builds with the real aws command", async () => {
    const { stdout } = await world.aws.aws(
      "codebuild",
      "list-builds-for-project",
      "--project-name",
      "runner",
    );
    expect(JSON.parse(stdout)).to.have.property("ids").with.length.greaterThan(0);
  });

  const ignored: [what: string, told: Parameters<HookedWorld["tell"]>[0], project: string, reason: RegExp][] =
    [
      ["for a hosted runner", { labels: ["ubuntu-24.04"] }, "runner", /no label of the job/],
      ["for another project", { labels: [label("kr-runner")] }, "runner", /for the project kr-runner/],
      [
        "of another workflow",
        { labels: [label("by-workflow")], workflowName: "Deploy" },
        "by-workflow",
        /WORKFLOW_NAME \^K8s Dryrun\$ does not match Deploy/,
      ],
    ];
  for (const [what, told, project, reason] of ignored)
    it(`starts nothing for a job ${what}, and says why`, async () => {
      const [answer] = await world.tell(told, [world.hookOf(project)]);
      expect(answer?.status).to.equal(200);
      expect(answer?.message).to.match(reason);
      const last = (await world.judgements()).at(-1);
      expect(last).to.include({ project });
      expect(last?.reason).to.match(reason);
      expect(last?.buildId).to.equal(undefined);
    });

  it("refuses a delivery whose signature is another's, and one for a webhook that is gone", async () => {
    const hook = world.hookOf("runner");
    const [forged] = await world.tell({}, [hook], () => "sha256=00");
    expect(forged).to.deep.equal({ status: 400, message: "The signature does not match" });
    const url = hook.config.url.replace(/runner$/, "gone");
    const [lost] = await world.tell({}, [{ ...hook, config: { ...hook.config, url } }]);
    expect(lost?.status).to.equal(400);
  });

  const policies: [what: string, statements: object[], phase: string, statusCode: string, message: RegExp][] =
    [
      [
        "may not write its log",
        [connectionStatement, networkStatement],
        "PROVISIONING",
        "ACCESS_DENIED",
        /does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams/,
      ],
      [
        "may not make network interfaces",
        [connectionStatement, logStatement],
        "PROVISIONING",
        "VPC_CLIENT_ERROR",
        /^Unexpected EC2 error: UnauthorizedOperation$/,
      ],
      [
        "may not use the connection",
        [networkStatement, logStatement],
        "DOWNLOAD_SOURCE",
        "CLIENT_ERROR",
        /^Access denied to connection/,
      ],
    ];
  for (const [what, statements, phase, statusCode, message] of policies)
    it(`fails a build whose role ${what}, before it takes the job`, async () => {
      const put = (...all: object[]) =>
        runner.iam.send(
          new PutRolePolicyCommand({
            RoleName: runner.roleName,
            PolicyName: "runner",
            PolicyDocument: statement(...all),
          }),
        );
      await put(...statements);
      await world.tell({}, [world.hookOf("runner")]);
      const build = await world.build("runner", ended);
      await put(connectionStatement, networkStatement, logStatement);
      expectFailure(build, phase, statusCode, message);
    });

  it("fails a build whose role trusts another project", async () => {
    const trust = (project: string) =>
      runner.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: runner.roleName,
          PolicyDocument: codeBuildTrust(project),
        }),
      );
    await trust("another");
    await world.tell({}, [world.hookOf("runner")]);
    const build = await world.build("runner", ended);
    await trust("runner");
    expectFailure(build, "PROVISIONING", "ACCESS_DENIED", /sts:AssumeRole/);
  });

  it("fails a build whose subnet has no route out, and says which", async () => {
    const { route, putBack } = await defaultRoute(world.aws);
    await runner.ec2.send(new DeleteRouteCommand(route));
    await world.tell({}, [world.hookOf("runner")]);
    const build = await world.build("runner", ended);
    await putBack();
    expectFailure(build, "DOWNLOAD_SOURCE", "CLIENT_ERROR", /i\/o timeout/);
    const last = (await world.judgements()).at(-1);
    expect(last?.build).to.include({ status: "FAILED", phase: "DOWNLOAD_SOURCE" });
    expect(last?.build?.reason).to.match(/has no route to the internet/);
  });

  it("fails a build whose group lets nothing out", async () => {
    const { ec2, groupId } = await makeRunner(world.aws, "shut");
    const everything = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: everything }));
    await world.tell({ labels: [label("shut")] }, [world.hookOf("shut")]);
    expectFailure(await world.build("shut", ended), "DOWNLOAD_SOURCE", "CLIENT_ERROR", /i\/o timeout/);
  });

  function expectFailure(build: Build, phase: string, statusCode: string, message: RegExp) {
    expect(build.buildStatus).to.equal("FAILED");
    const failed = build.phases?.find(({ phaseStatus }) => phaseStatus === "FAILED");
    expect(failed?.phaseType).to.equal(phase);
    expect(failed?.contexts?.[0]?.statusCode).to.equal(statusCode);
    expect(failed?.contexts?.[0]?.message).to.match(message);
    expect(world.registered, "the job was taken").to.deep.equal([]);
  }

  it("runs as many builds at once as a new account may, and the next when one has ended", async () => {
    const hook = [world.hookOf("runner")];
    await world.tell({ id: 21 }, hook);
    const first = await machine();
    await world.tell({ id: 22 }, hook);
    await world.build("runner", inPhase("QUEUED"));
    first.end({ jobId: 21, conclusion: "success" });
    const second = await machine(first);
    second.end(undefined);
    await world.build("runner", ended);
  });

  it("queues five times its quota, refuses what comes then, and starts more when it is raised", async () => {
    const hook = [world.hookOf("runner")];
    const answers = [];
    for (let id = 30; id < 37; id += 1) answers.push(...(await world.tell({ id }, hook)));
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200, 200, 400]);
    expect(answers.at(-1)?.message).to.equal(
      "AccountLimitExceededException: Cannot have more than 5 builds in queue for the account",
    );
    await world.setQuota(10);
    while (world.registered.length < 6) await setTimeout(20);
    for (const { end } of world.registered) end({ jobId: 1, conclusion: "success" });
    await setTimeout(200);
    await world.setQuota(1);
  });

  it("refuses every build of an account that may run none", async () => {
    await world.setQuota(0);
    const [answer] = await world.tell({}, [world.hookOf("runner")]);
    expect(answer).to.include({ status: 400 });
    expect(answer?.message).to.match(/Cannot have more than 0 builds in queue/);
    const { stdout } = await world.aws.aws(
      "service-quotas",
      "list-service-quotas",
      "--service-code",
      "codebuild",
    );
    expect(stdout).to.match(/builds for Linux\/Small environment",\s+"Value": 0/);
    await world.setQuota(1);
  });

  it("stops a build that is asked to, and the one whose job is cancelled", async () => {
    await world.tell({ id: 40 }, [world.hookOf("runner")]);
    const { request } = await machine();
    const { id } = await world.build("runner", inPhase("BUILD"));
    await runner.codebuild.send(new StopBuildCommand({ id }));
    expect((await world.build("runner", ended)).buildStatus).to.equal("STOPPED");
    expect(request.signal.aborted).to.equal(true);
    expect((await refusal(runner.codebuild.send(new StopBuildCommand({ id })))).code).to.equal(
      "InvalidInputException",
    );

    await world.tell({ id: 41 }, [world.hookOf("runner")]);
    await machine();
    await world.tell({ id: 41, action: "completed", conclusion: "cancelled" }, [world.hookOf("runner")]);
    expect((await world.build("runner", ended)).buildStatus).to.equal("STOPPED");
  });

  it("ends a build that runs, or waits, longer than it may", async () => {
    await makeRunner(world.aws, "short", { timeoutInMinutes: 5, queuedTimeoutInMinutes: 5 });
    const hook = [world.hookOf("short")];
    await world.tell({ id: 50, labels: [label("short")] }, hook);
    const running = await world.build("short", inPhase("BUILD"));
    expect(running.buildStatus).to.equal("IN_PROGRESS");
    world.pass(5);
    expect((await world.build("short", ended)).buildStatus).to.equal("TIMED_OUT");

    const before = world.registered.at(-1);
    await world.tell({ id: 51 }, [world.hookOf("runner")]);
    await machine(before);
    await world.tell({ id: 52, labels: [label("short")] }, hook);
    world.pass(5);
    const waited = await world.build("short", ended);
    expect(waited.buildStatus).to.equal("TIMED_OUT");
    expect(waited.phases?.at(-2)).to.include({ phaseType: "QUEUED", phaseStatus: "TIMED_OUT" });
  });

  it("starts a build in each region that has a project of the name, for a job that one of them gets", async () => {
    await makeRunner(world.aws, "twice");
    await makeRunner(world.aws, "twice", { region: "ap-northeast-2" });
    await world.tell({ labels: [label("twice")] });
    await world.build("twice", inPhase("BUILD"), "ap-northeast-1");
    await world.build("twice", inPhase("BUILD"), "ap-northeast-2");
    // A build writes its log before it registers.
    while (world.registered.length < 2) await setTimeout(20);
    expect(world.registered).to.have.lengthOf(2);
  });

  it("leads the hooks to its new address after a restart, and gives up the builds of before", async () => {
    await world.tell({ id: 60 }, [world.hookOf("runner")]);
    await machine();
    await world.aws.restart();
    expect(world.hookOf("runner").config.url).to.match(new RegExp(`^${world.aws.endpoint()}/`));
    expect((await world.build("runner", ended)).buildStatus).to.equal("STOPPED");
    const [answer] = await world.tell({ id: 61 }, [world.hookOf("runner")]);
    expect(answer?.status).to.equal(200);
    await machine();
  });
});
