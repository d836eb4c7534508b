import { expect } from "chai";
import { describe, it } from "mocha";
import { environments, hasRunner } from "../../stacks/environments";
import { readSettings, SettingsError } from "../../stacks/settings";
import { configs } from "./world";

const stack = "ja-production";
const environment = environments.filter(hasRunner).find(({ name }) => name === stack);
if (!environment) throw new Error(`no ${stack}`);

type Config = Record<string, string | undefined>;

/** Reads the settings of the home stack with some keys changed; undefined takes a key away. */
function read(changes: Config, processEnvironment: Config = {}) {
  const changed = Object.entries({ ...configs[stack], ...changes });
  const config = Object.fromEntries(
    changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return readSettings({ stack, environment: environment!, config, processEnvironment });
}

function problemsOf(changes: Config, processEnvironment: Config = {}) {
  try {
    read(changes, processEnvironment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

const own = (name: string) => `eks-dryrun-runner:${name}`;
const subnet = (zone: string, cidrBlock: string, more: object = {}) => ({
  availabilityZone: zone,
  cidrBlock,
  ...more,
});
const subnets = (...rows: object[]) => ({ [own("runnerSubnets")]: JSON.stringify(rows) });
const good = subnet("ap-northeast-1a", "10.10.96.0/27");
const second = subnet("ap-northeast-1c", "10.10.96.32/27");

/** Changes to a good configuration that are bad in one place, and the key that the error must name. */
const badValues: [string, Config, string, Config?][] = [
  ["no repository", { [own("targetRepository")]: undefined }, own("targetRepository")],
  ["a repository without owner", { [own("targetRepository")]: "manifests" }, own("targetRepository")],
  ["a repository as a URL", { [own("targetRepository")]: "https://github.com/o/n" }, own("targetRepository")],
  ["a repository with a path", { [own("targetRepository")]: "o/n/k8s" }, own("targetRepository")],
  ["a repository named ..", { [own("targetRepository")]: "o/.." }, own("targetRepository")],
  ["an owner with an underscore", { [own("targetRepository")]: "o_o/n" }, own("targetRepository")],
  ["an empty repository", { [own("targetRepository")]: "" }, own("targetRepository")],
  ["no visibility", { [own("targetRepositoryIsPublic")]: undefined }, own("targetRepositoryIsPublic")],
  [
    "a visibility in words",
    { [own("targetRepositoryIsPublic")]: "private" },
    own("targetRepositoryIsPublic"),
  ],
  ["a visibility as a number", { [own("targetRepositoryIsPublic")]: "1" }, own("targetRepositoryIsPublic")],
  ["no credential", { [own("connectionArn")]: undefined }, own("connectionArn")],
  ["a connection that is no ARN", { [own("connectionArn")]: "github" }, own("connectionArn")],
  [
    "a connection of another service",
    { [own("connectionArn")]: "arn:aws:codebuild:ap-northeast-1:123456789012:project/p" },
    own("connectionArn"),
  ],
  [
    "a connection and a secret",
    { [own("githubSecretArn")]: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:s-AbCdEf" },
    own("githubSecretArn"),
  ],
  [
    "a connection and the default",
    { [own("githubDefaultCredential")]: "true" },
    own("githubDefaultCredential"),
  ],
  [
    "a secret by name",
    { [own("connectionArn")]: undefined, [own("githubSecretArn")]: "codebuild/github" },
    own("githubSecretArn"),
  ],
  [
    "the default credential switched off",
    { [own("connectionArn")]: undefined, [own("githubDefaultCredential")]: "false" },
    own("githubDefaultCredential"),
  ],
  ["no subnets", { [own("runnerSubnets")]: undefined }, own("runnerSubnets")],
  ["subnets that are no list", { [own("runnerSubnets")]: "10.10.96.0/27" }, own("runnerSubnets")],
  ["an empty list of subnets", subnets(), own("runnerSubnets")],
  ["one subnet", subnets(good), own("runnerSubnets")],
  [
    "a subnet without zone",
    subnets(good, { cidrBlock: "10.10.96.32/27" }),
    own("runnerSubnets[1].availabilityZone"),
  ],
  [
    "a subnet without range",
    subnets({ availabilityZone: "ap-northeast-1a" }, second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a zone by its letter",
    subnets(subnet("a", "10.10.96.0/27"), second),
    own("runnerSubnets[0].availabilityZone"),
  ],
  [
    "a zone of another region",
    subnets(good, subnet("ap-south-1a", "10.10.96.32/27")),
    own("runnerSubnets[1].availabilityZone"),
  ],
  [
    "the same zone twice",
    subnets(good, subnet("ap-northeast-1a", "10.10.96.32/27")),
    own("runnerSubnets[1].availabilityZone"),
  ],
  [
    "a range that is none",
    subnets(subnet("ap-northeast-1a", "10.10.96.0"), second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a range too small for EC2",
    subnets(subnet("ap-northeast-1a", "10.10.96.0/29"), second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a range too large for EC2",
    subnets(subnet("ap-northeast-1a", "10.0.0.0/8"), second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a range with bits behind its mask",
    subnets(subnet("ap-northeast-1a", "10.10.96.5/27"), second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a range of IPv6",
    subnets(subnet("ap-northeast-1a", "fd00::/64"), second),
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "ranges that overlap",
    subnets(good, subnet("ap-northeast-1c", "10.10.96.16/28")),
    own("runnerSubnets[1].cidrBlock"),
  ],
  [
    "a misspelt key of a subnet",
    subnets({ ...good, natGateway: "nat-0123456789abcdef0" }, second),
    own("runnerSubnets[0].natGateway"),
  ],
  [
    "a NAT gateway that is no id",
    subnets({ ...good, natGatewayId: "my-nat" }, second),
    own("runnerSubnets[0].natGatewayId"),
  ],
  [
    "a route table that is no id",
    subnets({ ...good, routeTableId: "main" }, second),
    own("runnerSubnets[0].routeTableId"),
  ],
  [
    "a NAT gateway and a route table",
    subnets(
      { ...good, natGatewayId: "nat-0123456789abcdef0", routeTableId: "rtb-0123456789abcdef0" },
      second,
    ),
    own("runnerSubnets[0].routeTableId"),
  ],
  [
    "a public repository without actors",
    { [own("targetRepositoryIsPublic")]: "true" },
    own("githubActorIds"),
  ],
  ["an empty list of actors", { [own("githubActorIds")]: "[]" }, own("githubActorIds")],
  ["an actor by login", { [own("githubActorIds")]: '["octocat"]' }, own("githubActorIds[0]")],
  ["an actor of zero", { [own("githubActorIds")]: "[583231, 0]" }, own("githubActorIds[1]")],
  ["an actor with a fraction", { [own("githubActorIds")]: "[1.5]" }, own("githubActorIds[0]")],
  ["an actor twice", { [own("githubActorIds")]: "[1, 1]" }, own("githubActorIds")],
  ["compute without x86-64", { [own("computeType")]: "ARM_SMALL" }, own("computeType")],
  ["compute that has no VPC", { [own("computeType")]: "BUILD_LAMBDA_1GB" }, own("computeType")],
  ["an image for ARM", { [own("image")]: "aws/codebuild/amazonlinux-aarch64-standard:3.0" }, own("image")],
  ["an image without version", { [own("image")]: "aws/codebuild/standard" }, own("image")],
  ["a build timeout in words", { [own("buildTimeoutMinutes")]: "half an hour" }, own("buildTimeoutMinutes")],
  [
    "a build timeout too short for CodeBuild",
    { [own("buildTimeoutMinutes")]: "4" },
    own("buildTimeoutMinutes"),
  ],
  [
    "a build timeout too long for CodeBuild",
    { [own("buildTimeoutMinutes")]: "2161" },
    own("buildTimeoutMinutes"),
  ],
  ["a build timeout within the job's", { [own("buildTimeoutMinutes")]: "10" }, own("buildTimeoutMinutes")],
  ["a build timeout with a fraction", { [own("buildTimeoutMinutes")]: "30.5" }, own("buildTimeoutMinutes")],
  ["a queued timeout too short", { [own("queuedTimeoutMinutes")]: "1" }, own("queuedTimeoutMinutes")],
  ["a queued timeout too long", { [own("queuedTimeoutMinutes")]: "481" }, own("queuedTimeoutMinutes")],
  ["a retention that CloudWatch lacks", { [own("logRetentionDays")]: "31" }, own("logRetentionDays")],
  ["a retention of no days", { [own("logRetentionDays")]: "0" }, own("logRetentionDays")],
  ["a boundary by name", { [own("permissionsBoundaryArn")]: "boundary" }, own("permissionsBoundaryArn")],
  [
    "a boundary that is a role",
    { [own("permissionsBoundaryArn")]: "arn:aws:iam::123456789012:role/r" },
    own("permissionsBoundaryArn"),
  ],
  [
    "a secret without AWS's six characters",
    {
      [own("connectionArn")]: undefined,
      [own("githubSecretArn")]: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:github",
    },
    own("githubSecretArn"),
  ],
  [
    "a secret of another region",
    {
      [own("connectionArn")]: undefined,
      [own("githubSecretArn")]: "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf",
    },
    own("githubSecretArn"),
  ],
  ["a tag value that AWS refuses", { [own("tags")]: '{"team":"a;b"}' }, own("tags.team")],
  ["no kind for the guard", { [own("guardedKinds")]: "[]" }, own("guardedKinds")],
  ["Secrets for the guard", { [own("guardedKinds")]: '["secrets"]' }, own("guardedKinds[0]")],
  ["a wildcard for the guard", { [own("guardedKinds")]: '["configmaps","*.apps"]' }, own("guardedKinds[1]")],
  ["tags that are a list", { [own("tags")]: '["team"]' }, own("tags")],
  ["a tag of AWS", { [own("tags")]: '{"aws:team":"x"}' }, own("tags.aws:team")],
  ["a tag of the program", { [own("tags")]: '{"pulumi:stack":"x"}' }, own("tags.pulumi:stack")],
  ["a tag that is a number", { [own("tags")]: '{"team":1}' }, own("tags.team")],
  ["a misspelt key", { [own("targetRepo")]: "o/n" }, own("targetRepo")],
  ["no region", { "aws:region": undefined }, "aws:region"],
  ["another region", { "aws:region": "us-east-1" }, "aws:region"],
  ["no account", { "aws:allowedAccountIds": undefined }, "aws:allowedAccountIds"],
  ["an account that lost its quotes", { "aws:allowedAccountIds": "[123456789012]" }, "aws:allowedAccountIds"],
  ["an account that is no list", { "aws:allowedAccountIds": "123456789012" }, "aws:allowedAccountIds"],
  ["an empty list of accounts", { "aws:allowedAccountIds": "[]" }, "aws:allowedAccountIds"],
  ["a GitHub token in the stack file", { "github:token": "canary-not-a-token" }, "github:token"],
  ["a second owner", { "github:owner": "other-org" }, "github:owner"],
  ["another owner in the environment", {}, "GITHUB_OWNER", { GITHUB_OWNER: "other-org" }],
];

describe("the settings", () => {
  it("of all committed stacks' shape are read, with defaults for what is left out", () => {
    const settings = read({});
    expect(settings.targetRepository).to.deep.equal({
      owner: "example-org",
      name: "kubernetes-manifests",
      fullName: "example-org/kubernetes-manifests",
    });
    expect(settings.githubCredential.type).to.equal("connection");
    expect(settings.computeType).to.equal("BUILD_GENERAL1_SMALL");
    expect([
      settings.buildTimeoutMinutes,
      settings.queuedTimeoutMinutes,
      settings.logRetentionDays,
    ]).to.deep.equal([30, 60, 30]);
  });

  it("take the other two credentials", () => {
    const secret = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:s-AbCdEf";
    const withSecret = read({ [own("connectionArn")]: undefined, [own("githubSecretArn")]: secret });
    expect(withSecret.githubCredential).to.deep.equal({ type: "secret", arn: secret });
    const withDefault = read({ [own("connectionArn")]: undefined, [own("githubDefaultCredential")]: "true" });
    expect(withDefault.githubCredential).to.deep.equal({ type: "default" });
  });

  it("take a public repository once it is said who may use the runner", () => {
    const settings = read({ [own("targetRepositoryIsPublic")]: "true", [own("githubActorIds")]: "[583231]" });
    expect(settings.githubActorIds).to.deep.equal([583231]);
  });

  it("take the owner from the environment where it is the same", () => {
    expect(problemsOf({}, { GITHUB_OWNER: "example-org" })).to.deep.equal([]);
  });

  describe("refuse, with the key, what is expected and a command,", () => {
    for (const [what, changes, key, processEnvironment] of badValues) {
      it(what, () => {
        const problems = problemsOf(changes, processEnvironment);
        expect(problems.map((problem) => problem.key)).to.deep.equal([key]);
        const [problem] = problems;
        expect(problem?.wrong).to.match(/^(is|has) /);
        expect(problem?.expected).to.have.length.greaterThan(8);
        expect(problem?.command).to.match(
          /^(pulumi config (set|rm) .*--stack ja-production\b.*|unset GITHUB_OWNER)$/,
        );
      });
    }
  });

  it("name ten mistakes in one error", () => {
    const problems = problemsOf({
      [own("targetRepository")]: "manifests",
      [own("targetRepositoryIsPublic")]: "maybe",
      [own("connectionArn")]: undefined,
      [own("runnerSubnets")]: JSON.stringify([good]),
      [own("computeType")]: "ARM_SMALL",
      [own("image")]: "ubuntu",
      [own("buildTimeoutMinutes")]: "1",
      [own("logRetentionDays")]: "31",
      [own("tags")]: "[]",
      "aws:region": "us-east-1",
    });
    expect(problems).to.have.length(10);
  });

  it("offer commands that mend what they are offered for", () => {
    for (const [, changes, key, processEnvironment] of badValues) {
      const [problem] = problemsOf(changes, processEnvironment);
      const set = /^pulumi config set (?:--path )?('[^']*'|\S+) ('.*'|\S+) --stack ja-production$/.exec(
        problem?.command ?? "",
      );
      if (!set || problem?.command.includes("--path")) continue;
      const value = (set[2] ?? "").replace(/^'(.*)'$/, "$1");
      expect(problemsOf({ ...changes, [key]: value }, processEnvironment), problem?.command).to.deep.equal(
        [],
      );
    }
  });

  it("never repeat a token that was put into a wrong place", () => {
    const token = `ghp_${"canary".repeat(6)}`;
    for (const name of ["targetRepository", "githubSecretArn", "image", "computeType", "tags"]) {
      const [problem] = problemsOf({ [own(name)]: token });
      expect(JSON.stringify(problem), name).to.not.include("canary");
    }
    expect(JSON.stringify(problemsOf({ "github:token": token }))).to.not.include("canary");
  });
});
