import { CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateProjectCommand } from "@aws-sdk/client-codebuild";
import {
  CreateConnectionCommand,
  GetConnectionCommand,
  ListConnectionsCommand,
} from "@aws-sdk/client-codestar-connections";
import {
  CreateRouteTableCommand,
  DescribeAddressesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateAccessEntryCommand,
  DescribeClusterCommand,
  ListAccessEntriesCommand,
} from "@aws-sdk/client-eks";
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, describe, it } from "mocha";
import { accountId, connectionArn } from "../../../sandbox/world";
import {
  codeBuildTrust,
  connectionStatement,
  localAws,
  makeRole,
  refusal,
  statement,
  type LocalAws,
} from "./localAws";

const lagSeconds = 3;
const clusterName = "trocco-production";

describe("the endpoint of the local AWS", function () {
  this.timeout(240_000);
  let aws: LocalAws;

  before(async () => {
    aws = await localAws({ policyLagSeconds: lagSeconds });
  });
  after(() => aws.stop());

  it("answers a request that comes again with the same client token as before, and makes nothing more", async () => {
    const { ec2, eks } = aws.clients();
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const table = (ClientToken: string) =>
      ec2.send(new CreateRouteTableCommand({ VpcId: Vpcs[0]?.VpcId, ClientToken }));
    const [first, again, other] = [await table("one"), await table("one"), await table("another")];
    expect(again.RouteTable?.RouteTableId).to.equal(first.RouteTable?.RouteTableId);
    expect(other.RouteTable?.RouteTableId).to.not.equal(first.RouteTable?.RouteTableId);

    const principalArn = await makeRole(aws.clients(), "client-token", { trust: codeBuildTrust("runner") });
    await setTimeout(lagSeconds * 1000);
    const entry = (clientRequestToken: string) =>
      eks.send(new CreateAccessEntryCommand({ clusterName, principalArn, clientRequestToken }));
    await entry("one");
    await entry("one");
    expect((await refusal(entry("another"))).code).to.equal("ResourceInUseException");
  });

  it("knows the account", async () => {
    const { Account } = await aws.clients().sts.send(new GetCallerIdentityCommand({}));
    expect(Account).to.equal(accountId);
  });

  it("shows the seeded world: a private cluster in a VPC with DNS, and an approved connection", async () => {
    const { ec2, eks, connections } = aws.clients();
    const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
    expect(cluster?.status).to.equal("ACTIVE");
    expect(cluster?.accessConfig?.authenticationMode).to.equal("API_AND_CONFIG_MAP");
    expect(cluster?.resourcesVpcConfig).to.include({
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    const VpcId = cluster?.resourcesVpcConfig?.vpcId;
    for (const Attribute of ["enableDnsSupport", "enableDnsHostnames"] as const) {
      const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
      expect((answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value, Attribute).to.equal(true);
    }
    const { Connection } = await connections.send(new GetConnectionCommand({ ConnectionArn: connectionArn }));
    expect(Connection?.ConnectionStatus).to.equal("AVAILABLE");
  });

  it("shows a connection in its own region only", async () => {
    const { connections } = aws.clients("ap-northeast-2");
    const elsewhere = connections.send(new GetConnectionCommand({ ConnectionArn: connectionArn }));
    expect((await refusal(elsewhere)).code).to.equal("ResourceNotFoundException");
  });

  it("leaves a connection that the API made to a person to approve, under both names of the service", async () => {
    const { connections } = aws.clients("ap-south-1");
    await connections.send(new CreateConnectionCommand({ ConnectionName: "new", ProviderType: "GitHub" }));
    const { Connections } = await connections.send(new ListConnectionsCommand({}));
    expect(Connections?.map(({ ConnectionStatus }) => ConnectionStatus)).to.deep.equal(["PENDING"]);
    const { stdout } = await aws.aws("codeconnections", "list-connections", "--region", "ap-south-1");
    const shown = JSON.parse(stdout) as { Connections: { ConnectionName: string }[] };
    expect(shown.Connections.map(({ ConnectionName }) => ConnectionName)).to.deep.equal(["new"]);
  });

  it("shows other services a role and then its policy only after IAM's lag, and forgets it no sooner", async () => {
    const { codebuild, iam } = aws.clients();
    const serviceRole = await makeRole(aws.clients(), "lag", {
      trust: codeBuildTrust("lag"),
      policy: statement(connectionStatement),
    });
    const create = () =>
      codebuild.send(
        new CreateProjectCommand({
          name: "lag",
          serviceRole,
          source: {
            type: "GITHUB",
            location: "https://github.com/example-org/kubernetes-manifests",
            auth: { type: "CODECONNECTIONS", resource: connectionArn },
          },
          artifacts: { type: "NO_ARTIFACTS" },
          environment: {
            type: "LINUX_CONTAINER",
            image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            computeType: "BUILD_GENERAL1_SMALL",
          },
        }),
      );
    expect((await refusal(create())).message).to.match(/sts:AssumeRole on service role/);
    await setTimeout(lagSeconds * 500);
    expect((await refusal(create())).code).to.equal("OAuthProviderException");
    await setTimeout(lagSeconds * 500);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "lag", PolicyName: "runner" }));
    await create();
  });

  it("shows EKS a role only after IAM's lag, and a deleted one as long", async () => {
    const { eks, iam } = aws.clients();
    const principalArn = await makeRole(aws.clients(), "entry", { trust: codeBuildTrust("entry") });
    const create = () => eks.send(new CreateAccessEntryCommand({ clusterName, principalArn }));
    expect((await refusal(create())).message).to.match(/invalid principal/);
    await setTimeout(lagSeconds * 500);
    await iam.send(new DeleteRoleCommand({ RoleName: "entry" }));
    await create();
  });

  it("has the same world after a restart, ids and all", async () => {
    const { iam, logs } = aws.clients();
    await logs.send(
      new CreateLogGroupCommand({ logGroupName: "/aws/codebuild/runner", tags: { team: "platform" } }),
    );
    await makeRole({ ...aws.clients(), iam }, "kept", {
      trust: codeBuildTrust("kept"),
      policy: statement(connectionStatement),
    });
    const before = await everything(aws);
    await aws.restart();
    expect(await everything(aws)).to.deep.equal(before);
  });

  it("answers 501 with the name of what it does not have, and remembers it", async () => {
    const known = aws.unknownRoutes().length;
    const { exitCode, stderr } = await aws.aws("ec2", "get-allowed-images-settings");
    expect(exitCode).to.not.equal(0);
    expect(stderr).to.contain("The sandbox has no GetAllowedImagesSettings of ec2.");
    expect((await aws.aws("codebuild", "list-fleets")).stderr).to.contain("no ListFleets of codebuild");
    expect((await aws.aws("eks", "list-addons", "--cluster-name", "x")).stderr).to.contain(
      "/clusters/x/addons of eks",
    );
    expect((await aws.aws("s3api", "list-buckets")).stderr).to.contain("of s3");
    expect(aws.unknownRoutes().slice(known)).to.deep.equal([
      "ec2 GetAllowedImagesSettings",
      "codebuild ListFleets",
      "eks GET /clusters/x/addons",
      "s3 GET /",
    ]);
  });

  it("answers a presigned request, as the one that a cluster's token is", async () => {
    const query = new URLSearchParams({
      Action: "GetCallerIdentity",
      Version: "2011-06-15",
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": "test/20261123/ap-northeast-1/sts/aws4_request",
    });
    const response = await fetch(`${aws.endpoint()}/?${query.toString()}`);
    expect(await response.text()).to.contain(`<Account>${accountId}</Account>`);
  });

  it("refuses what is not signed", async () => {
    expect((await fetch(`${aws.endpoint()}/clusters`)).status).to.equal(403);
  });

  it("records every request, refused ones with their error code", async () => {
    await refusal(aws.clients().iam.send(new GetRoleCommand({ RoleName: "nobody" })));
    const lines = (await readFile(join(aws.directory, "requests.jsonl"), "utf8")).trim().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as Record<string, unknown>;
    expect(last).to.include({ service: "iam", operation: "GetRole", status: 404, errorCode: "NoSuchEntity" });
    expect(last.caller).to.match(/^aws-sdk-js\//);
  });
});

/** All that the API shows of the world. */
async function everything(aws: LocalAws): Promise<object[]> {
  const { ec2, eks, iam, logs, connections } = aws.clients();
  const answers = await Promise.all([
    ec2.send(new DescribeVpcsCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeRouteTablesCommand({})),
    ec2.send(new DescribeAddressesCommand({})),
    ec2.send(new DescribeSecurityGroupRulesCommand({})),
    aws.clients("ap-northeast-2").ec2.send(new DescribeSubnetsCommand({})),
    iam.send(new GetRoleCommand({ RoleName: "kept" })),
    iam.send(new GetRolePolicyCommand({ RoleName: "kept", PolicyName: "runner" })),
    logs.send(new DescribeLogGroupsCommand({})),
    eks.send(new DescribeClusterCommand({ name: clusterName })),
    eks.send(new ListAccessEntriesCommand({ clusterName })),
    connections.send(new ListConnectionsCommand({})),
  ]);
  return answers.map((answer) => ({ ...answer, $metadata: undefined }));
}
