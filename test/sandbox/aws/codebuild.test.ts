import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  CreateWebhookCommand,
  DeleteProjectCommand,
  DeleteWebhookCommand,
  ImportSourceCredentialsCommand,
  UpdateProjectCommand,
  UpdateWebhookCommand,
  type CreateProjectCommandInput,
  type ProjectEnvironment,
  type ProjectSource,
  type WebhookFilter,
} from "@aws-sdk/client-codebuild";
import { CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import {
  CreateSecurityGroupCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { connectionArn } from "../../../sandbox/world";
import {
  codeBuildTrust,
  connectionStatement,
  localAws,
  makeRole,
  networkStatement,
  refusal,
  statement,
  type LocalAws,
} from "./localAws";

const runnerPolicy = statement(connectionStatement, networkStatement);
const armImage = "aws/codebuild/amazonlinux-aarch64-standard:3.0";
const environment: ProjectEnvironment = {
  type: "LINUX_CONTAINER",
  image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
  computeType: "BUILD_GENERAL1_SMALL",
};
const publicSource: ProjectSource = {
  type: "GITHUB",
  location: "https://github.com/example-org/kubernetes-manifests.git",
  buildspec: "version: 0.2",
};
const source: ProjectSource = {
  ...publicSource,
  auth: { type: "CODECONNECTIONS", resource: connectionArn },
};
const queued: WebhookFilter = { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" };

describe("CodeBuild of the local AWS", function () {
  this.timeout(240_000);
  let aws: LocalAws;
  let network: { vpcId: string; subnets: string[]; securityGroupIds: string[] };
  let runnerRole: string;

  before(async () => {
    aws = await localAws();
    network = await buildNetwork(aws);
    runnerRole = await makeRole(aws.clients(), "runner", {
      trust: codeBuildTrust("runner"),
      policy: runnerPolicy,
    });
  });
  after(() => aws.stop());

  const project = (changes: Partial<CreateProjectCommandInput> = {}): CreateProjectCommandInput => ({
    name: "runner",
    serviceRole: runnerRole,
    source,
    artifacts: { type: "NO_ARTIFACTS" },
    environment,
    vpcConfig: network,
    ...changes,
  });
  const create = (changes: Partial<CreateProjectCommandInput>) =>
    aws.clients().codebuild.send(new CreateProjectCommand(project(changes)));

  const malformed: [what: string, changes: () => Partial<CreateProjectCommandInput>, message: RegExp][] = [
    ["a name with a dot", () => ({ name: "my.runner" }), /'name'/],
    ["a name of one letter", () => ({ name: "r" }), /'name'/],
    ["a description of 256 characters", () => ({ description: "x".repeat(256) }), /'description'/],
    ["a build timeout of 4 minutes", () => ({ timeoutInMinutes: 4 }), /'timeoutInMinutes'/],
    ["a build timeout of 2161 minutes", () => ({ timeoutInMinutes: 2161 }), /'timeoutInMinutes'/],
    ["a queue timeout of 481 minutes", () => ({ queuedTimeoutInMinutes: 481 }), /'queuedTimeoutInMinutes'/],
    [
      "a member that is not kept",
      () => ({ buildBatchConfig: { serviceRole: runnerRole } }),
      /buildBatchConfig/,
    ],
    [
      "a location on no GitHub",
      () => ({ source: { ...source, location: "example-org/x" } }),
      /source location/,
    ],
    [
      "an Arm image on x86-64",
      () => ({ environment: { ...environment, image: armImage } }),
      /image .* not supported/,
    ],
    [
      "Lambda compute in a container",
      () => ({ environment: { ...environment, computeType: "BUILD_LAMBDA_1GB" } }),
      /computeType BUILD_LAMBDA_1GB is not supported/,
    ],
    [
      "a curated image pulled with the role",
      () => ({ environment: { ...environment, imagePullCredentialsType: "SERVICE_ROLE" } }),
      /imagePullCredentialsType/,
    ],
    ["a VPC without groups", () => ({ vpcConfig: { ...network, securityGroupIds: [] } }), /all be specified/],
    [
      "an unknown subnet",
      () => ({ vpcConfig: { ...network, subnets: ["subnet-0"] } }),
      /subnet-0 does not exist/,
    ],
    [
      "an unknown group",
      () => ({ vpcConfig: { ...network, securityGroupIds: ["sg-0"] } }),
      /sg-0 does not exist/,
    ],
    [
      "six security groups",
      () => ({ vpcConfig: { ...network, securityGroupIds: Array<string>(6).fill("sg-0") } }),
      /'vpcConfig.securityGroupIds'/,
    ],
    [
      "another account's role",
      () => ({ serviceRole: "arn:aws:iam::210987654321:role/r" }),
      /match caller's account/,
    ],
  ];
  for (const [what, changes, message] of malformed)
    it(`refuses a project with ${what}`, async () => {
      const met = await refusal(create(changes()));
      expect(met.code).to.equal("InvalidInputException");
      expect(met.message).to.match(message);
    });

  const unauthorized: [
    what: string,
    role: () => { trust: string; policy?: string },
    code: string,
    message: RegExp,
  ][] = [
    [
      "does not trust CodeBuild",
      () => ({
        trust: codeBuildTrust("runner").replace("codebuild.amazonaws", "ec2.amazonaws"),
        policy: runnerPolicy,
      }),
      "InvalidInputException",
      /^CodeBuild is not authorized to perform: sts:AssumeRole on service role/,
    ],
    [
      "trusts it for another project",
      () => ({ trust: codeBuildTrust("another"), policy: runnerPolicy }),
      "InvalidInputException",
      /^CodeBuild is not authorized to perform: sts:AssumeRole on service role/,
    ],
    [
      "has no policy",
      () => ({ trust: codeBuildTrust("runner") }),
      "OAuthProviderException",
      /^User is not authorized to access connection/,
    ],
    [
      "names the connection's actions by the other prefix",
      () => ({
        trust: codeBuildTrust("runner"),
        policy: statement(networkStatement, { Action: "codestar-connections:*", Resource: connectionArn }),
      }),
      "OAuthProviderException",
      /^User is not authorized to access connection/,
    ],
    [
      "may not look at the network",
      () => ({ trust: codeBuildTrust("runner"), policy: statement(connectionStatement) }),
      "InvalidInputException",
      /^Not authorized to perform DescribeSecurityGroups$/,
    ],
    [
      "may not hand network interfaces to CodeBuild",
      () => ({
        trust: codeBuildTrust("runner"),
        policy: statement(connectionStatement, {
          Action: ["ec2:Describe*", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
          Resource: "*",
        }),
      }),
      "InvalidInputException",
      /^Not authorized to perform CreateNetworkInterfacePermission$/,
    ],
  ];
  for (const [index, [what, role, code, message]] of unauthorized.entries())
    it(`refuses a project whose role ${what}`, async () => {
      const serviceRole = await makeRole(aws.clients(), `unauthorized-${String(index)}`, role());
      const met = await refusal(create({ serviceRole }));
      expect(met.code).to.equal(code);
      expect(met.message).to.match(message);
    });

  it("refuses a project on a connection that nobody has approved", async () => {
    const { connections } = aws.clients();
    const { ConnectionArn: resource } = await connections.send(
      new CreateConnectionCommand({ ConnectionName: "new", ProviderType: "GitHub" }),
    );
    const policy = statement(networkStatement, { Action: "codeconnections:*", Resource: "*" });
    const serviceRole = await makeRole(aws.clients(), "pending", { trust: codeBuildTrust("runner"), policy });
    const pending: ProjectSource = { ...publicSource, auth: { type: "CODECONNECTIONS", resource } };
    const met = await refusal(create({ serviceRole, source: pending }));
    expect(met).to.include({ code: "OAuthProviderException" });
  });

  it("takes a connection of another region", async () => {
    const kr = await buildNetwork(aws, "ap-northeast-2");
    const { codebuild } = aws.clients("ap-northeast-2");
    const trust = codeBuildTrust("kr-runner", "ap-northeast-2");
    const serviceRole = await makeRole(aws.clients(), "kr-runner", { trust, policy: runnerPolicy });
    await codebuild.send(
      new CreateProjectCommand(project({ name: "kr-runner", serviceRole, vpcConfig: kr })),
    );
    const tokyo = await aws.clients().codebuild.send(new BatchGetProjectsCommand({ names: ["kr-runner"] }));
    expect(tokyo.projectsNotFound).to.deep.equal(["kr-runner"]);
  });

  it("keeps a project and its webhook from creation to deletion", async () => {
    const { codebuild } = aws.clients();
    await create({ description: "first" });
    expect((await refusal(create({}))).code).to.equal("ResourceAlreadyExistsException");
    await codebuild.send(new UpdateProjectCommand({ name: "runner", timeoutInMinutes: 15 }));

    const hook = { projectName: "runner", filterGroups: [[queued]] };
    const { webhook } = await codebuild.send(new CreateWebhookCommand(hook));
    expect(webhook?.url).to.match(
      /^https:\/\/api\.github\.com\/repos\/example-org\/kubernetes-manifests\/hooks\/\d+$/,
    );
    expect(webhook?.secret).to.be.a("string");
    expect((await refusal(codebuild.send(new CreateWebhookCommand(hook)))).code).to.equal(
      "ResourceAlreadyExistsException",
    );
    const byName: WebhookFilter = { type: "WORKFLOW_NAME", pattern: "^dry run$" };
    await codebuild.send(
      new UpdateWebhookCommand({ projectName: "runner", filterGroups: [[queued, byName]] }),
    );

    const { projects } = await codebuild.send(new BatchGetProjectsCommand({ names: ["runner"] }));
    expect(projects?.[0]).to.deep.include({
      description: "first",
      timeoutInMinutes: 15,
      queuedTimeoutInMinutes: 480,
    });
    expect(projects?.[0]?.webhook).to.deep.include({ filterGroups: [[queued, byName]] });
    expect(projects?.[0]?.webhook?.secret).to.equal(undefined);

    await codebuild.send(new DeleteWebhookCommand({ projectName: "runner" }));
    expect(
      (await refusal(codebuild.send(new DeleteWebhookCommand({ projectName: "runner" })))).code,
    ).to.equal("ResourceNotFoundException");
    await codebuild.send(new CreateWebhookCommand(hook));
    await codebuild.send(new DeleteProjectCommand({ name: projects?.[0]?.arn }));
    await create({});
    const again = await codebuild.send(new BatchGetProjectsCommand({ names: ["runner"] }));
    expect(again.projects?.[0]?.webhook, "the webhook went with its project").to.equal(undefined);
  });

  const badFilters: [what: string, filterGroups: WebhookFilter[][], message: RegExp][] = [
    ["no event", [[{ type: "ACTOR_ACCOUNT_ID", pattern: "^1$" }]], /one EVENT filter/],
    ["an unknown event", [[{ type: "EVENT", pattern: "WORKFLOW_JOB_STARTED" }]], /Invalid webhook event/],
    [
      "a pattern that is no regular expression",
      [[queued, { type: "ACTOR_ACCOUNT_ID", pattern: "^(1" }]],
      /filter pattern/,
    ],
    [
      "a file path on queued jobs",
      [[queued, { type: "FILE_PATH", pattern: "^k8s/" }]],
      /FILE_PATH cannot be used/,
    ],
    [
      "a workflow name on pushes",
      [
        [
          { type: "EVENT", pattern: "PUSH" },
          { type: "WORKFLOW_NAME", pattern: "x" },
        ],
      ],
      /WORKFLOW_NAME cannot be used/,
    ],
  ];
  for (const [what, filterGroups, message] of badFilters)
    it(`refuses a webhook with ${what}`, async () => {
      const webhook = new CreateWebhookCommand({ projectName: "runner", filterGroups });
      const met = await refusal(aws.clients().codebuild.send(webhook));
      expect(met.code).to.equal("InvalidInputException");
      expect(met.message).to.match(message);
    });

  it("refuses a webhook without any credential, and takes it with the account's default one", async () => {
    const { codebuild } = aws.clients();
    const serviceRole = await makeRole(aws.clients(), "default", {
      trust: codeBuildTrust("default"),
      policy: runnerPolicy,
    });
    await create({ name: "default", serviceRole, source: publicSource });
    const webhook = new CreateWebhookCommand({ projectName: "default", filterGroups: [[queued]] });
    const met = await refusal(codebuild.send(webhook));
    expect(met.message).to.equal("Could not find access token for server type github");
    await codebuild.send(
      new ImportSourceCredentialsCommand({
        token: "x",
        serverType: "GITHUB",
        authType: "PERSONAL_ACCESS_TOKEN",
      }),
    );
    await codebuild.send(webhook);
  });

  it("prints a project with the real aws command", async () => {
    const { stdout } = await aws.aws("codebuild", "batch-get-projects", "--names", "runner");
    const { projects } = JSON.parse(stdout) as { projects: { name: string; vpcConfig: unknown }[] };
    expect(projects[0]).to.deep.include({ name: "runner", vpcConfig: network });
  });
});

async function buildNetwork(aws: LocalAws, region?: string) {
  const { ec2 } = aws.clients(region);
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const vpcId = NatGateways?.[0]?.VpcId ?? "";
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "runner", Description: "runner", VpcId: vpcId }),
  );
  return { vpcId, subnets: Subnets.map(({ SubnetId }) => SubnetId ?? ""), securityGroupIds: [GroupId] };
}
