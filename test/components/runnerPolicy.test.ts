import { expect } from "chai";
import { describe, it } from "mocha";
import { runnerPolicy, runnerTrustPolicy, type GithubCredential } from "../../components/runnerPolicy";

const connection = "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52";
const subnetArns = ["arn:aws:ec2:ap-south-1:123456789012:subnet/subnet-a"];
const securityGroupArn = "arn:aws:ec2:ap-south-1:123456789012:security-group/sg-a";

const policyFor = (githubCredential: GithubCredential) =>
  runnerPolicy({
    region: "ap-south-1",
    accountId: "123456789012",
    logGroupArn: "arn:aws:logs:ap-south-1:123456789012:log-group:/aws/codebuild/p",
    subnetArns,
    securityGroupArn,
    clusterArn: "arn:aws:eks:ap-south-1:123456789012:cluster/c",
    githubCredential,
  });

describe("the runner's policy", () => {
  const { Statement: statements } = policyFor({ type: "connection", arn: connection });
  const statement = (action: string) => {
    const found = statements.filter(({ Action }) => Action.includes(action));
    expect(found, action).to.have.length(1);
    return found[0];
  };

  it("grants exactly the actions that CodeBuild and the dry run need", () => {
    expect(statements.flatMap(({ Action }) => Action).sort()).to.deep.equal([
      "codeconnections:GetConnection",
      "codeconnections:GetConnectionToken",
      "codeconnections:UseConnection",
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "eks:DescribeCluster",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ]);
  });

  it("has a wildcard resource for EC2's describe actions only", () => {
    for (const { Action, Resource } of statements.filter(({ Resource }) => Resource === "*")) {
      expect(Resource).to.equal("*");
      for (const action of Action) expect(action).to.match(/^ec2:Describe/);
    }
  });

  it("makes network interfaces in the runner's subnets and security group only", () => {
    expect(statement("ec2:CreateNetworkInterface")?.Resource).to.deep.equal([
      ...subnetArns,
      securityGroupArn,
      "arn:aws:ec2:ap-south-1:123456789012:network-interface/*",
    ]);
    expect(statement("ec2:DeleteNetworkInterface")?.Condition).to.deep.equal({
      ArnEquals: { "ec2:Subnet": subnetArns },
    });
    expect(statement("ec2:CreateNetworkInterfacePermission")?.Condition).to.deep.equal({
      StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" },
      ArnEquals: { "ec2:Subnet": subnetArns },
    });
  });

  it("writes into its own log group and finds its own cluster only", () => {
    expect(statement("logs:PutLogEvents")?.Resource).to.deep.equal([
      "arn:aws:logs:ap-south-1:123456789012:log-group:/aws/codebuild/p:*",
    ]);
    expect(statement("eks:DescribeCluster")?.Resource).to.deep.equal([
      "arn:aws:eks:ap-south-1:123456789012:cluster/c",
    ]);
  });

  it("names the connection's actions by the prefix of its ARN", () => {
    const old = "arn:aws:codestar-connections:ap-northeast-1:123456789012:connection/6f3e8a52";
    const actions = policyFor({ type: "connection", arn: old }).Statement.flatMap(({ Action }) => Action);
    expect(actions).to.include("codestar-connections:UseConnection");
    expect(actions.filter((action) => action.startsWith("codeconnections:"))).to.deep.equal([]);
  });

  it("reads the secret, and nothing of the connection, where a secret is the credential", () => {
    const secret = "arn:aws:secretsmanager:ap-south-1:123456789012:secret:s-AbCdEf";
    const last = policyFor({ type: "secret", arn: secret }).Statement.at(-1);
    expect(last?.Action).to.deep.equal(["secretsmanager:GetSecretValue"]);
    expect(last?.Resource).to.deep.equal([secret]);
  });

  it("holds no GitHub credential at all where the account has a default one", () => {
    const actions = policyFor({ type: "default" }).Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /connections|secretsmanager/.test(action))).to.deep.equal([]);
  });
});

describe("the runner's trust policy", () => {
  it("admits CodeBuild for one project of one account", () => {
    const arn = "arn:aws:codebuild:ap-south-1:123456789012:project/p";
    expect(runnerTrustPolicy({ accountId: "123456789012", arn })).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "codebuild.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnEquals: { "aws:SourceArn": arn },
          },
        },
      ],
    });
  });
});
