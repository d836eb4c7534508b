import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { guardPath } from "../../committed/paths";
import { childEnvironment, githubApp } from "../../sandbox/environment";
import { checkout } from "../../sandbox/folder";
import { seedTargetRepository } from "../../sandbox/github/seed";
import { anyHost, lastHost } from "../../sandbox/judge/address";
import { regions } from "../../sandbox/world";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";
import { changedProgram } from "./changedProgram";
import { aws, awsRequests, clusterOf, plannedSteps, regionOf, succeeded } from "./deployedWorld";
import { inventory } from "./inventory";
import { editOnDefaultBranch } from "./documented/companyChanges";
import { deployedSnapshot, reached } from "./deployedReach";

const stacks = ["ja-production", "kr-production", "in-production"];
const workflowPath = ".github/workflows/k8s-dryrun.yml";

// One sandbox from nothing to nothing: each step builds on the one before.
describe("the program with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  const found: Record<string, Record<string, unknown>> = {};

  const up = (stack: string, ...args: string[]) =>
    sandbox.pulumi(["up", "--yes", "--skip-preview", ...args], { stack });
  const preview = async (stack: string) =>
    plannedSteps(succeeded(await sandbox.pulumi(["preview", "--json"], { stack })));
  const committed = async (path: string) => succeeded(await sandbox.git(["show", `main:${path}`]));
  const jobs = async () => Object.keys((parse(await committed(workflowPath)) as { jobs: object }).jobs);
  const output = async (stack: string, name: string) =>
    succeeded(await sandbox.pulumi(["stack", "output", name], { stack })).trim();
  const set = async (stack: string, key: string, value: string, ...args: string[]) =>
    succeeded(await sandbox.pulumi(["config", "set", ...args, `eks-dryrun-runner:${key}`, value], { stack }));

  /** Runs something with other values in a stack's file, and puts the file back. */
  const withConfig = async <T>(stack: string, values: Record<string, string>, run: () => Promise<T>) => {
    const file = join(sandbox.folder.project().folder, `Pulumi.${stack}.yaml`);
    const kept = await readFile(file, "utf8");
    const document = parse(kept) as { config: Record<string, string> };
    for (const [key, value] of Object.entries(values)) document.config[`eks-dryrun-runner:${key}`] = value;
    await writeFile(file, stringify(document));
    try {
      return await run();
    } finally {
      await writeFile(file, kept);
    }
  };

  before(async () => {
    sandbox = await startSandbox();
    for (const stack of stacks) found[stack] = await inventory(sandbox, stack);
  });
  after(() => sandbox.stop());

  it("brings the home stack up alone, with a workflow for the one region that is there", async () => {
    succeeded(await up("ja-production"));
    expect(await jobs()).to.deep.equal(["changes", "dryrun-ja-production", "watch", "comment", "gate"]);
  });

  it("has waited while CodeBuild did not see the new role's policy yet", () => {
    const refused = awsRequests(sandbox).filter(({ errorCode }) => errorCode === "OAuthProviderException");
    expect(refused.map(({ operation }) => operation)).to.include("CreateProject");
  });

  it("brings the other regions up, both at once", async () => {
    const outcomes = await Promise.all([up("kr-production"), up("in-production")]);
    outcomes.forEach(succeeded);
  });

  it("takes the new regions into the workflow at the home stack's next update, and changes nothing else", async () => {
    expect(await preview("ja-production")).to.deep.equal([
      // It has an input for each region's report.
      "update github:index/repositoryFile:RepositoryFile home-.github/actions/k8s_dryrun_comment/action.yml",
      `update github:index/repositoryFile:RepositoryFile home-${workflowPath}`,
    ]);
    succeeded(await up("ja-production"));
    expect(await jobs()).to.have.members([
      "changes",
      "dryrun-ja-production",
      "dryrun-kr-production",
      "dryrun-in-production",
      "watch",
      "comment",
      "gate",
    ]);
    expect(await output("ja-production", "workflowCommit")).to.equal(
      succeeded(await sandbox.git(["rev-parse", "main"])).trim(),
    );
  });

  for (const stack of stacks) {
    it(`finds nothing to change in ${stack} afterwards, before and after a refresh`, async () => {
      succeeded(await sandbox.pulumi(["preview", "--expect-no-changes"], { stack }));
      succeeded(
        await sandbox.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"], { stack }),
      );
    });

    it(`has made in ${stack} what a runner needs, and nothing more for it to misuse`, async () => {
      await checkDeployedRunner(sandbox, stack, (name) => output(stack, name));
    });
  }

  for (const stack of stacks) {
    it(`lets a runner of ${stack} reach its cluster and the internet, and nothing else of the VPC`, async () => {
      const zones = regions.find(({ region }) => region === regionOf[stack])!.zones;
      const controlPlane = zones.flatMap(({ privateCidrBlock: block }) => [anyHost(block), lastHost(block)]);
      expect([...(await reached(sandbox, stack))]).to.have.members(controlPlane.map((host) => `${host}:443`));
    });
  }

  it("notices and mends rules that somebody adds to the network ACL by hand", async () => {
    const stack = "in-production";
    const { networkAcls } = await deployedSnapshot(sandbox, stack);
    const { id } = networkAcls.find(({ isDefault }) => !isDefault)!;
    const entry = ["--network-acl-id", id, "--rule-number", "1", "--rule-action", "allow"];
    const all = ["--protocol", "-1", "--cidr-block", "0.0.0.0/0"];
    for (const direction of ["--egress", "--ingress"]) {
      const run = ["ec2", "create-network-acl-entry", ...entry, ...all, direction];
      succeeded(await sandbox.aws(run, { region: regionOf[stack]! }));
    }
    expect(await reached(sandbox, stack)).to.include("10.30.0.4:443");
    succeeded(await up(stack, "--refresh"));
    expect(await reached(sandbox, stack)).to.not.include("10.30.0.4:443");
  });

  it("leaves GitHub's token in the environment: the state does not hold it", async () => {
    const state = succeeded(
      await sandbox.pulumi(["stack", "export", "--show-secrets"], { stack: "ja-production" }),
    );
    expect(state).to.include("pulumi:providers:github").and.to.not.include(githubApp.token);
  });

  it("commits anew and deletes here where the repository moves to another owner", async () => {
    const other = { owner: "other-org", name: "other", defaultBranch: "main" };
    await seedTargetRepository({ directory: sandbox.folder.github(), ...other });
    const steps = await withConfig("ja-production", { targetRepository: "other-org/other" }, () =>
      preview("ja-production"),
    );
    const files = steps.filter((step) => step.includes("RepositoryFile"));
    expect(files).to.have.length.above(2);
    for (const step of files) expect(step).to.match(/^replace /);
    expect(steps).to.include("replace aws:codebuild/webhook:Webhook ja-production-runner");
  });

  it("has committed files that actionlint accepts", async () => {
    const actionlint = await ensureActionlint(() => undefined);
    if (actionlint === undefined)
      throw new Error("actionlint cannot be had: neither Go nor actionlint is on PATH");
    const checked = await execa(actionlint, ["-stdin-filename", workflowPath, "-"], {
      input: await committed(workflowPath),
      reject: false,
      all: true,
    });
    expect(checked.all).to.equal("");
    expect(checked.exitCode).to.equal(0);
  });

  it("commits the guard for the kinds that `npm run guard -- kinds` has set, and prints it", async () => {
    const repository = join(checkout, "sandbox", "github", "targetRepository");
    const guard = async (...args: string[]) => {
      const program = ["--require", require.resolve("ts-node/register/transpile-only")];
      const cwd = sandbox.folder.project().folder;
      const all = [...program, join(checkout, "operations", "guard.ts"), ...args];
      const env = { TS_NODE_PROJECT: join(checkout, "tsconfig.json") };
      return (await execa(process.execPath, all, { cwd, env })).stdout;
    };
    const commands = await guard("kinds", "--repo", repository, "--kubectl", await ensureKubectl(35));
    const env = childEnvironment(sandbox.folder, sandbox.state);
    await execa("sh", ["-ec", commands], { cwd: checkout, env, extendEnv: false, stdin: "ignore" });
    expect(await preview("ja-production")).to.deep.equal([
      `update github:index/repositoryFile:RepositoryFile home-${guardPath}`,
    ]);
    succeeded(await up("ja-production"));
    const text = await committed(guardPath);
    expect(text).to.include("connectors").and.to.not.include("storageclasses");
    expect(await guard()).to.equal(text);
  });

  it("updates in place where a setting changes", async () => {
    await set("kr-production", "logRetentionDays", "60");
    await set("kr-production", "buildTimeoutMinutes", "45");
    expect(await preview("kr-production")).to.have.members([
      "update aws:cloudwatch/logGroup:LogGroup kr-production-runner",
      "update aws:codebuild/project:Project kr-production-runner",
    ]);
    succeeded(await up("kr-production"));
    const { projects } = await aws<{ projects: { timeoutInMinutes: number }[] }>(
      sandbox,
      "kr-production",
      ...["codebuild", "batch-get-projects", "--names", "kubectl-to-trocco-kr-production"],
    );
    expect(projects[0]?.timeoutInMinutes).to.equal(45);
  });

  it("adds a subnet without touching the others", async () => {
    await set("kr-production", "runnerSubnets[2].availabilityZone", "ap-northeast-2b", "--path");
    await set("kr-production", "runnerSubnets[2].cidrBlock", "10.20.96.64/27", "--path");
    const steps = await preview("kr-production");
    expect(steps.filter((step) => !step.endsWith("ap-northeast-2b"))).to.have.members([
      "update aws:codebuild/project:Project kr-production-runner",
      "update aws:ec2/networkAcl:NetworkAcl kr-production-runner",
      "update aws:iam/rolePolicy:RolePolicy kr-production-runner",
    ]);
    expect(steps.filter((step) => step.startsWith("create "))).to.have.length(4);
    succeeded(await up("kr-production"));
  });

  it("names ten mistakes in one error, before any call", async () => {
    const stack = "in-production";
    const mistakes: [string, string][] = [
      ["targetRepository", "manifests"],
      ["targetRepositoryIsPublic", "maybe"],
      ["connectionArn", "github"],
      ["runnerSubnets", "10.30.96.0/27"],
      ["githubActorIds", "octocat"],
      ["computeType", "ARM_SMALL"],
      ["image", "ubuntu"],
      ["buildTimeoutMinutes", "4"],
      ["logRetentionDays", "31"],
      ["targetRepo", "example-org/manifests"],
    ];
    const before = awsRequests(sandbox).length;
    const outcome = await withConfig(stack, Object.fromEntries(mistakes), () =>
      sandbox.pulumi(["preview"], { stack }),
    );
    expect(outcome.exitCode).to.not.equal(0);
    expect(outcome.all).to.include("have 10 problems");
    for (const [key] of mistakes) expect(outcome.all).to.include(`eks-dryrun-runner:${key} `);
    expect(outcome.all.match(/mend it:/g)).to.have.length(10);
    expect(outcome.all).to.not.match(/\n\s+at .*\.ts:/);
    expect(awsRequests(sandbox).slice(before)).to.deep.equal([]);
  });

  it("refuses a setting that is stored as a secret, without showing it", async () => {
    const stack = "in-production";
    const outcome = await withConfig(stack, {}, async () => {
      await set(stack, "image", "canary-of-an-image", "--secret");
      return sandbox.pulumi(["preview"], { stack });
    });
    expect(outcome.exitCode).to.not.equal(0);
    expect(outcome.all).to.include("eks-dryrun-runner:image is stored as a secret");
    expect(outcome.all).to.not.include("canary-of-an-image");
  });

  it("replaces the project under a new name, the old one first", async () => {
    const stack = "kr-production";
    const renamed = await changedProgram(sandbox, stack, [
      ["stacks/environments.ts", '"kubectl-to-trocco-kr-production"', '"kubectl-to-korea"'],
    ]);
    const run = (...args: string[]) => sandbox.pulumi(args, { stack, cwd: renamed });
    try {
      expect(plannedSteps(succeeded(await run("preview", "--json")))).to.include.members([
        "replace aws:codebuild/project:Project kr-production-runner",
        "replace aws:codebuild/webhook:Webhook kr-production-runner",
      ]);
      const before = awsRequests(sandbox).length;
      succeeded(await run("up", "--yes", "--skip-preview"));
      const calls = awsRequests(sandbox)
        .slice(before)
        .filter(
          ({ operation, status }) => status === 200 && /^(Create|Delete)(Project|Webhook)$/.test(operation),
        );
      expect(calls.map(({ operation }) => operation)).to.deep.equal([
        "DeleteWebhook",
        "DeleteProject",
        "CreateProject",
        "CreateWebhook",
      ]);
      succeeded(await run("preview", "--expect-no-changes"));
      expect(await output(stack, "runnerLabel")).to.match(/^codebuild-kubectl-to-korea-/);
    } finally {
      await rm(renamed, { recursive: true, force: true });
    }
  });

  it("notices and mends a committed file that somebody changed by hand", async () => {
    await editOnDefaultBranch(sandbox.folder.targetRepository(), workflowPath, (text) =>
      text.replace("timeout-minutes: 20", "timeout-minutes: 99"),
    );
    expect(await committed(workflowPath)).to.include("timeout-minutes: 99");
    const refreshed = succeeded(
      await sandbox.pulumi(["refresh", "--yes", "--skip-preview"], { stack: "ja-production" }),
    );
    expect(refreshed).to.match(/RepositoryFile.*updated/);
    succeeded(await up("ja-production"));
    expect(await committed(workflowPath)).to.not.include("timeout-minutes: 99");
  });

  it("leaves the world as it was found, whatever stack goes first", async () => {
    for (const stack of ["ja-production", "in-production", "kr-production"]) {
      succeeded(await sandbox.pulumi(["destroy", "--yes", "--skip-preview"], { stack }));
    }
    for (const stack of stacks) expect(await inventory(sandbox, stack), stack).to.deep.equal(found[stack]);
  });

  it("met nothing that the local AWS does not know", () => {
    expect(awsRequests(sandbox).filter(({ status }) => status === 501)).to.deep.equal([]);
  });
});

interface Rule {
  GroupId: string;
  IsEgress: boolean;
  IpProtocol: string;
  FromPort: number;
  ToPort: number;
  CidrIpv4?: string;
  ReferencedGroupInfo?: { GroupId: string };
}

/** Looks at a deployed runner with the real `aws` command, as an auditor would. */
async function checkDeployedRunner(
  sandbox: Sandbox,
  stack: string,
  output: (name: string) => Promise<string>,
): Promise<void> {
  const projectName = await output("runnerProjectName");
  const roleArn = await output("runnerRoleArn");
  const securityGroupId = await output("runnerSecurityGroupId");
  const clusterName = clusterOf[stack]!;

  const { projects } = await aws<{ projects: Record<string, unknown>[] }>(
    sandbox,
    stack,
    ...["codebuild", "batch-get-projects", "--names", projectName],
  );
  const project = projects[0] as {
    webhook: { filterGroups: { type: string; pattern: string }[][] };
    vpcConfig: { subnets: string[]; securityGroupIds: string[] };
    environment: { privilegedMode: boolean };
    serviceRole: string;
  };
  expect(
    project.webhook.filterGroups.map((group) => group.map(({ type, pattern }) => [type, pattern])),
  ).to.deep.equal([
    [
      ["EVENT", "WORKFLOW_JOB_QUEUED"],
      ["WORKFLOW_NAME", "^K8s Dryrun$"],
    ],
  ]);
  expect(project.vpcConfig.subnets).to.have.members(JSON.parse(await output("runnerSubnetIds")) as string[]);
  expect(project.vpcConfig.securityGroupIds).to.deep.equal([securityGroupId]);
  expect(project.environment.privilegedMode).to.equal(false);
  expect(project.serviceRole).to.equal(roleArn);

  const entry = ["--cluster-name", clusterName, "--principal-arn", roleArn];
  const { accessEntry } = await aws<{ accessEntry: { kubernetesGroups: string[] } }>(
    sandbox,
    stack,
    ...["eks", "describe-access-entry", ...entry],
  );
  expect(accessEntry.kubernetesGroups).to.deep.equal(["pr-dry-run"]);
  const policies = await aws<{ associatedAccessPolicies: unknown[] }>(
    sandbox,
    stack,
    ...["eks", "list-associated-access-policies", ...entry],
  );
  expect(policies.associatedAccessPolicies).to.deep.equal([]);

  const { SecurityGroupRules } = await aws<{ SecurityGroupRules: Rule[] }>(
    sandbox,
    stack,
    ...["ec2", "describe-security-group-rules"],
  );
  const own = SecurityGroupRules.filter(({ GroupId }) => GroupId === securityGroupId);
  expect(
    own.map(({ IsEgress, FromPort, ToPort, CidrIpv4 }) => [IsEgress, FromPort, ToPort, CidrIpv4]),
  ).to.deep.equal([[true, 443, 443, "0.0.0.0/0"]]);
  const fromRunner = SecurityGroupRules.filter(
    ({ ReferencedGroupInfo: from }) => from?.GroupId === securityGroupId,
  );
  expect(fromRunner.map(({ IsEgress, FromPort, ToPort }) => [IsEgress, FromPort, ToPort])).to.deep.equal([
    [false, 443, 443],
  ]);

  const roleName = roleArn.split("/").at(-1)!;
  const names = await aws<{ PolicyNames: string[] }>(
    sandbox,
    stack,
    ...["iam", "list-role-policies", "--role-name", roleName],
  );
  expect(names.PolicyNames).to.have.length(1);
  const { PolicyDocument } = await aws<{ PolicyDocument: { Statement: { Action: string[] }[] } }>(
    sandbox,
    stack,
    ...["iam", "get-role-policy", "--role-name", roleName, "--policy-name", names.PolicyNames[0]!],
  );
  const actions = PolicyDocument.Statement.flatMap(({ Action }) => Action);
  expect(actions).to.include("codeconnections:UseConnection");
  expect(actions.filter((action) => action.includes("*"))).to.deep.equal([]);
  expect(JSON.stringify(PolicyDocument)).to.include(
    `arn:aws:eks:${regionOf[stack]!}:123456789012:cluster/${clusterName}`,
  );
}
