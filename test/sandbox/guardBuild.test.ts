import { CreateProjectCommand, ListProjectsCommand } from "@aws-sdk/client-codebuild";
import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { ListAccessEntriesCommand } from "@aws-sdk/client-eks";
import { ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { awsClients, type AwsClients } from "../../operations/doctor/awsClients";
import { installGuardByBuild } from "../../operations/guardBuild/install";
import type { EnvironmentWithRunner } from "../../stacks/environments";
import { networkStatement, statement } from "./aws/localAws";
import { clusterName, clusterWorld, region, type ClusterWorld } from "./clusterWorld";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const environment: EnvironmentWithRunner = {
  name: "ja-production",
  filter: "production",
  paths: ["k8s/ja-production/**"],
  overlay: "k8s/ja-production",
  active: true,
  runner: {
    jobName: "dry-run-production",
    projectName: "runner",
    region,
    clusterName,
    eksVersionLabel: "1_35",
    enforcement: "report",
  },
};

describe("the installation of the guard by a build", function () {
  this.timeout(240_000);

  let world: ClusterWorld;
  let clients: AwsClients;
  let said: string[];

  before(async () => {
    world = await clusterWorld();
    clients = awsClients({
      region,
      endpoint: world.aws.endpoint(),
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    await world.asAdministrator("get", "namespaces");
    const network = statement(networkStatement);
    await world.clients.iam.send(
      new PutRolePolicyCommand({ RoleName: "runner", PolicyName: "network", PolicyDocument: network }),
    );
    const { vpcId, subnetIds: subnets, securityGroupIds, roleArn } = world.identity;
    await world.clients.codebuild.send(
      new CreateProjectCommand({
        name: "runner",
        source: { type: "NO_SOURCE", buildspec: "version: 0.2\nphases: {build: {commands: ['true']}}\n" },
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
          computeType: "BUILD_GENERAL1_SMALL",
        },
        serviceRole: roleArn,
        vpcConfig: { vpcId, subnets, securityGroupIds },
      }),
    );
  });
  after(() => world.stop());

  /** Installs; it is ended when the first line comes that has the text. */
  async function install({ endedAt }: { endedAt?: string } = {}): Promise<void> {
    said = [];
    const ended = new AbortController();
    await installGuardByBuild(environment, {}, clients, {
      say: (line) => {
        said.push(line);
        if (endedAt !== undefined && line.includes(endedAt)) ended.abort();
      },
      confirm: () => Promise.resolve(true),
      signal: ended.signal,
    });
  }

  /** Everything in the account that has the installation's name. */
  async function left(): Promise<string[]> {
    const [{ projects = [] }, { Roles = [] }, { accessEntries = [] }, { logGroups = [] }] = await Promise.all(
      [
        world.clients.codebuild.send(new ListProjectsCommand({})),
        world.clients.iam.send(new ListRolesCommand({})),
        world.clients.eks.send(new ListAccessEntriesCommand({ clusterName })),
        world.clients.logs.send(new DescribeLogGroupsCommand({})),
      ],
    );
    return [
      ...projects,
      ...Roles.map(({ RoleName = "" }) => RoleName),
      ...accessEntries,
      ...logGroups.map(({ logGroupName = "" }) => logGroupName),
    ].filter((name) => name.includes("eks-dryrun-runner-guard"));
  }

  afterEach(async () => {
    expect(await left()).to.deep.equal([]);
  });

  it("asks first, says what there will be, and does nothing without a yes", async () => {
    const lines: string[] = [];
    const isDone = await installGuardByBuild(environment, {}, clients, {
      say: (line) => lines.push(line),
      confirm: () => Promise.resolve(false),
      signal: new AbortController().signal,
    });
    expect(isDone).to.equal(false);
    expect(lines.join("\n")).to.include("AmazonEKSClusterAdminPolicy").and.to.include(clusterName);
  });

  for (const endedAt of ["Making the log group", "Making the role", "Making the CodeBuild project"])
    it(`leaves nothing when it is ended at "${endedAt}"`, async () => {
      const error = await install({ endedAt }).catch((reason: unknown) => reason as Error);
      expect((error as Error).message).to.include("ended before the build");
    });

  it("stops the build when it is ended meanwhile, and leaves nothing", async () => {
    const error = await install({ endedAt: "has started" }).catch((reason: unknown) => reason as Error);
    expect((error as Error).message).to.include("STOPPED");
  });

  it("says why where the network does not let the build in, and leaves nothing", async () => {
    const { rule, clients: aws } = world;
    await aws.ec2.send(new RevokeSecurityGroupIngressCommand(rule));
    try {
      const error = await install().catch((reason: unknown) => reason as Error);
      expect((error as Error).message).to.include("FAILED");
      expect(said.join("\n")).to.include("The cluster does not let the build in");
    } finally {
      await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
    }
  });

  it("puts the guard into the cluster, proves it, and leaves nothing but the guard", async () => {
    const ofReleases = ["clusterrole", "release-apply"];
    await world.asAdministrator("create", ...ofReleases, "--verb=patch", "--resource=secrets");
    await world.asAdministrator("label", ...ofReleases, "app.kubernetes.io/part-of=eks-dryrun-runner");
    await install().catch((error: unknown) => {
      throw new Error([(error as Error).message, ...said].join("\n"));
    });
    expect(said.join("\n")).to.match(/The guard holds: (\d+) of \1 proofs\./);
    const { all } = await world.asAdministrator("get", "validatingadmissionpolicies", "--output=name");
    expect(all).to.include("pr-dry-run-only");
    // It applies no releases, and an earlier guard did.
    expect(said.join("\n")).to.include("Removing the ClusterRole release-apply of an earlier guard");
    expect((await world.asAdministrator("get", ...ofReleases)).all).to.include("not found");
  });
});
