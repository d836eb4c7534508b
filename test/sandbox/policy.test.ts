import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { rm } from "node:fs/promises";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { changedProgram, type Edit } from "./changedProgram";
import { awsRequests, succeeded } from "./deployedWorld";

// One sandbox: what is deployed first is judged again later.
describe("the policy pack with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  const copies: string[] = [];

  before(async () => {
    sandbox = await startSandbox();
  });
  after(async () => {
    await Promise.all(copies.map((folder) => rm(folder, { recursive: true, force: true })));
    await sandbox.stop();
  });

  const preview = (stack: string) => sandbox.pulumi(["preview", "--policy-pack", "policy"], { stack });
  const up = ["up", "--yes", "--skip-preview", "--policy-pack"];
  const readRolePolicies = [
    "builds-start-as-they-are",
    "no-wildcard-actions",
    "no-wildcard-resources",
    "releases-are-protected",
  ];
  const rolePolicyUnknown = /can't run policy '([\w-]+)' .* string value at \.policy can't be known/g;
  const notRun = (text: string) => [...text.matchAll(rolePolicyUnknown)].map(([, rule]) => rule).sort();

  /** Runs pulumi in a copy of the program with changes. */
  const changed = async (stack: string, edits: Edit[], ...args: string[]) => {
    const cwd = await changedProgram(sandbox, stack, edits);
    copies.push(cwd);
    return sandbox.pulumi(args, { stack, cwd });
  };

  it("accepts the three stacks before anything is there, and says what it cannot see yet", async () => {
    const stacks = ["kr-production", "in-production", "ja-production"];
    const outcomes = await Promise.all(
      stacks.map(async (stack) => ({ stack, outcome: await preview(stack) })),
    );
    for (const { stack, outcome } of outcomes) {
      const said = succeeded(outcome);
      expect(said).to.include("eks-dryrun-runner@v1.0.0").and.to.not.include("[mandatory]");
      // The role's policy has ids of subnets in it. `up` judges it before it makes it.
      expect(notRun(said), stack).to.deep.equal(readRolePolicies);
      expect(said.match(/can't run policy/g), stack).to.have.length(readRolePolicies.length);
    }
  });

  it("sees everything of a stack that is deployed", async () => {
    succeeded(await sandbox.pulumi([...up, "policy"], { stack: "kr-production" }));
    const said = succeeded(await preview("kr-production"));
    expect(said)
      .to.match(/✅ eks-dryrun-runner@v1\.0\.0/)
      .and.to.not.include("can't run");
  });

  it("refuses a preview of a program that breaks rules, and says how to mend each", async () => {
    const broken: Edit[] = [
      ["components/runnerNetwork.ts", "mapPublicIpOnLaunch: false", "mapPublicIpOnLaunch: true"],
      ["components/codeBuildRunner.ts", "privilegedMode: false", "privilegedMode: true"],
      ["components/webhookFilters.ts", "pattern: `^${oneOf}$`", "pattern: `${oneOf}$`"],
      ["components/clusterAccess.ts", "[guardedGroup]", '[guardedGroup, "system:masters"]'],
    ];
    const { exitCode, all } = await changed("kr-production", broken, "preview", "--policy-pack", "policy");
    expect(exitCode).to.be.above(0);
    for (const [rule, message] of [
      ["no-public-subnets", "Mend: `mapPublicIpOnLaunch: false`."],
      ["no-privileged-builds", "Mend: leave it out"],
      ["webhook-hears-one-workflow", "WORKFLOW_NAME K8s Dryrun$ matches inside of longer texts. Mend: ^(?:"],
      ["only-guarded-group", "system:masters, where the guard does not hold. Mend:"],
    ] as const) {
      expect(all)
        .to.match(new RegExp(`\\[mandatory\\] +${rule} `))
        .and.to.include(message);
    }
  });

  it("refuses a preview in which only several resources together break a rule", async () => {
    const { exitCode, all } = await changed(
      "kr-production",
      [["components/clusterAccess.ts", "args.runnerSecurityGroupId,", '"sg-0123456789abcdef0",']],
      ...["preview", "--policy-pack", "policy"],
    );
    expect(exitCode).to.be.above(0);
    expect(all).to.match(/\[mandatory\] +only-runner-admitted /);
    expect(all).to.include("a security group that is no runner's. Mend: `referencedSecurityGroupId`");
  });

  it("stops an update before it makes what no preview could see", async () => {
    const wild: Edit = ["components/runnerActions.ts", 'action: "eks:DescribeCluster"', 'action: "eks:*"'];
    const { exitCode, all } = await changed("in-production", [wild], ...up, "policy");
    expect(exitCode).to.be.above(0);
    expect(all).to.include("FindCluster allows eks:*. Mend: name the actions that are used.");
    const made = awsRequests(sandbox).filter(({ region }) => region === "ap-south-1");
    expect(made.map(({ operation }) => operation))
      .to.include("CreateSubnet")
      .and.to.not.include("CreateProject");
    expect(made.map(({ operation }) => operation)).to.not.include("PutRolePolicy");
  });

  const privileged: Edit = ["components/codeBuildRunner.ts", "privilegedMode: false", "privilegedMode: true"];
  const exemption = (reason: string): Edit => [
    "policy/exemptions.ts",
    "Exemption[] = []",
    `Exemption[] = [{ rule: "no-privileged-builds", resource: "kr-production-runner", reason: "${reason}" }]`,
  ];
  const previewWith = (reason: string) =>
    changed("kr-production", [privileged, exemption(reason)], "preview", "--policy-pack", "policy");

  it("lets an exempt resource be, and says so with the reason", async () => {
    const said = succeeded(await previewWith("Its dry runs start a container."));
    expect(said).to.match(/\[advisory\] +exemptions /);
    expect(said).to.include(
      "kr-production-runner is exempt from no-privileged-builds: Its dry runs start a container.",
    );
  });

  it("does not start with an exemption without a reason", async () => {
    const { exitCode, all } = await previewWith("");
    expect(exitCode).to.be.above(0);
    expect(all).to.include("has no reason, expected a sentence that says why.");
    expect(all).to.not.include("    at ");
  });
});
