import { own, releases } from "./up";

/** Changes to a configuration; undefined takes a key away. */
export type Config = Record<string, string | undefined>;

const subnet = (zone: string, cidrBlock: string, more: object = {}) => ({
  availabilityZone: zone,
  cidrBlock,
  ...more,
});
const actors = { [own("githubActorIds")]: "[583231]" };
const group = (change: object) => ({
  ...actors,
  [own("runnerGroup")]: JSON.stringify({ id: 7, name: "k8s-dryrun", branch: "main", ...change }),
});
const release = (change: Config) => ({
  ...releases,
  ...Object.fromEntries(Object.entries(change).map(([name, value]) => [own(name), value])),
});
const subnets = (...rows: object[]) => ({ [own("runnerSubnets")]: JSON.stringify(rows) });
const newCluster = (subnetIds: string[]) => ({
  [own("cluster")]: "create",
  [own("clusterSubnetIds")]: JSON.stringify(subnetIds),
});
const destinations = (value: unknown) => ({ [own("privateDestinations")]: JSON.stringify(value) });
/** A subnet as it should be. */
export const good = subnet("ap-northeast-1a", "10.10.96.0/27");
const second = subnet("ap-northeast-1c", "10.10.96.32/27");

/** Changes to a good configuration that are bad in one place, and the key that the error must name. */
export const badSettings: [what: string, changes: Config, key: string, processEnvironment?: Config][] = [
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
  ["another way of delivery", { [own("delivery")]: "push" }, own("delivery")],
  ["a required check in words", { [own("requiredCheck")]: "K8s Dryrun gate" }, own("requiredCheck")],
  ["an app by its name", { [own("githubAppId")]: "eks-dryrun-runner" }, own("githubAppId")],
  ["a required check that shuts its own commits out", { [own("requiredCheck")]: "true" }, own("githubAppId")],
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
  ["destinations that are no list", destinations("10.10.48.0/24"), own("privateDestinations")],
  [
    "a destination without port",
    destinations([{ cidrBlock: "10.10.48.0/24" }]),
    own("privateDestinations[0].port"),
  ],
  [
    "a destination everywhere",
    destinations([{ cidrBlock: "0.0.0.0/0", port: 443 }]),
    own("privateDestinations[0].cidrBlock"),
  ],
  [
    "a destination with bits behind the mask",
    destinations([{ cidrBlock: "10.10.48.7/24", port: 443 }]),
    own("privateDestinations[0].cidrBlock"),
  ],
  [
    "a destination by its name",
    destinations([{ cidrBlock: "proxy.internal", port: 3128 }]),
    own("privateDestinations[0].cidrBlock"),
  ],
  [
    "a destination at port 0",
    destinations([{ cidrBlock: "10.10.48.0/24", port: 0 }]),
    own("privateDestinations[0].port"),
  ],
  [
    "a destination with a protocol",
    destinations([{ cidrBlock: "10.10.48.0/24", port: 53, protocol: "udp" }]),
    own("privateDestinations[0].protocol"),
  ],
  [
    "a destination twice",
    destinations([
      { cidrBlock: "10.10.48.0/24", port: 443 },
      { port: 443, cidrBlock: "10.10.48.0/24" },
    ]),
    own("privateDestinations"),
  ],
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
  [
    "a runner group without actors",
    { [own("runnerGroup")]: '{"id":7,"name":"k8s-dryrun","branch":"main"}' },
    own("githubActorIds"),
  ],
  ["apply in another word", release({ apply: "true" }), own("apply")],
  [
    "apply without the repository's number",
    release({ targetRepositoryId: undefined }),
    own("targetRepositoryId"),
  ],
  [
    "apply without the owner's number",
    release({ targetRepositoryOwnerId: undefined }),
    own("targetRepositoryOwnerId"),
  ],
  ["apply without reviewers at home", release({ releaseReviewers: undefined }), own("releaseReviewers")],
  ["a repository's number in words", release({ targetRepositoryId: '"o/n"' }), own("targetRepositoryId")],
  ["a branch as a ref", release({ defaultBranch: "refs/heads/main@{1}" }), own("defaultBranch")],
  ["two default branches", { ...group({}), ...release({ defaultBranch: "trunk" }) }, own("defaultBranch")],
  ["a wildcard to apply", { [own("applyKinds")]: '["*"]' }, own("applyKinds[0]")],
  [
    "the guard's own kind to apply",
    { [own("applyKinds")]: '["secrets","validatingadmissionpolicies.admissionregistration.k8s.io"]' },
    own("applyKinds[1]"),
  ],
  ["no reviewer", release({ releaseReviewers: "[]" }), own("releaseReviewers")],
  ["a reviewer by login", release({ releaseReviewers: '["user:octocat"]' }), own("releaseReviewers[0]")],
  [
    "seven reviewers",
    release({ releaseReviewers: JSON.stringify([1, 2, 3, 4, 5, 6, 7].map((id) => `user:${String(id)}`)) }),
    own("releaseReviewers"),
  ],
  ["a reviewer twice", release({ releaseReviewers: '["team:1","team:1"]' }), own("releaseReviewers")],
  ["every tag", { [own("releaseTags")]: '["v*","*"]' }, own("releaseTags[1]")],
  ["a tag pattern twice", { [own("releaseTags")]: '["v*","v*"]' }, own("releaseTags")],
  [
    "an environment in the order that is not there",
    { [own("releaseOrder")]: '["ja-production","de-production"]' },
    own("releaseOrder[1]"),
  ],
  [
    "an environment in the order twice",
    { [own("releaseOrder")]: '["ja-production","ja-production"]' },
    own("releaseOrder"),
  ],
  ["the runner group that everybody may use", group({ id: 1 }), own("runnerGroup.id")],
  [
    "a runner group by its name alone",
    { ...actors, [own("runnerGroup")]: '"k8s-dryrun"' },
    own("runnerGroup"),
  ],
  ["a runner group on a ref", group({ branch: "refs/heads/main@{1}" }), own("runnerGroup.branch")],
  ["a runner group with a line feed", group({ name: "a\nb" }), own("runnerGroup.name")],
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
  ["tags that differ in case alone", { [own("tags")]: '{"Team":"x","team":"x"}' }, own("tags")],
  [
    "a tag whose name CodeBuild refuses",
    { [own("tags")]: `{"${"t".repeat(128)}":"x"}` },
    own(`tags.${"t".repeat(128)}`),
  ],
  ["a tag that is a number", { [own("tags")]: '{"team":1}' }, own("tags.team")],
  ["a reason that is none", { [own("gateOverrides")]: '{"mood":"passes"}' }, own("gateOverrides.mood")],
  ["a reason that may", { [own("gateOverrides")]: '{"no-rights":"maybe"}' }, own("gateOverrides.no-rights")],
  ["overrides as the action has them", { [own("gateOverrides")]: "no-rights=passes" }, own("gateOverrides")],
  ["a field manager with a space", { [own("serverSideFieldManager")]: "a b" }, own("serverSideFieldManager")],
  [
    "a prefix that another host can have",
    { [own("allowedRemotePrefixes")]: '["https://example.org/","https://github.com"]' },
    own("allowedRemotePrefixes[1]"),
  ],
  [
    "a prefix that GitHub would evaluate",
    { [own("allowedRemotePrefixes")]: '["https://example.org/${{ github.actor }}/"]' },
    own("allowedRemotePrefixes[0]"),
  ],
  ["names that are all names", { [own("notSecretNames")]: '["*"]' }, own("notSecretNames[0]")],
  ["names in one string", { [own("notSecretNames")]: "TOKEN_TTL" }, own("notSecretNames")],
  [
    "a kubectl by its minor",
    { [own("kubectlVersions")]: `{"v1.36":"${"0".repeat(64)}"}` },
    own('kubectlVersions["v1.36"]'),
  ],
  [
    "a kubectl without checksum",
    { [own("kubectlVersions")]: '{"v1.36.1":""}' },
    own('kubectlVersions["v1.36.1"]'),
  ],
  [
    "two kubectls for one minor",
    { [own("kubectlVersions")]: `{"v1.36.1":"${"0".repeat(64)}","v1.36.2":"${"1".repeat(64)}"}` },
    own("kubectlVersions"),
  ],
  ["a cluster to be neither found nor made", { [own("cluster")]: "new" }, own("cluster")],
  ["one subnet for a new cluster", newCluster(["subnet-0a1b2c3d"]), own("clusterSubnetIds")],
  [
    "a new cluster's subnet by name",
    newCluster(["private-a", "subnet-0a1b2c3d"]),
    own("clusterSubnetIds[0]"),
  ],
  [
    "a new cluster's subnet twice",
    newCluster(["subnet-0a1b2c3d", "subnet-0a1b2c3d"]),
    own("clusterSubnetIds"),
  ],
  [
    "a VPC that is there and is to be made",
    { ...newCluster(["subnet-0a1b2c3d", "subnet-0a1b2c3e"]), [own("clusterVpcCidrBlock")]: "10.10.0.0/16" },
    own("clusterVpcCidrBlock"),
  ],
  [
    "a VPC without room",
    { [own("cluster")]: "create", [own("clusterVpcCidrBlock")]: "10.10.96.0/25" },
    own("clusterVpcCidrBlock"),
  ],
  [
    "subnets for a cluster that is there",
    { [own("clusterSubnetIds")]: '["subnet-0a1b2c3d","subnet-0a1b2c3e"]' },
    own("clusterSubnetIds"),
  ],
  [
    "a VPC for a cluster that is there",
    { [own("clusterVpcCidrBlock")]: "10.10.0.0/16" },
    own("clusterVpcCidrBlock"),
  ],
  [
    "a range outside of the VPC that is made",
    { [own("cluster")]: "create", ...subnets(good, subnet("ap-northeast-1c", "10.20.96.0/27")) },
    own("runnerSubnets[1].cidrBlock"),
  ],
  [
    "a range that the new cluster takes",
    { [own("cluster")]: "create", ...subnets(subnet("ap-northeast-1a", "10.10.0.64/27"), second) },
    own("runnerSubnets[0].cidrBlock"),
  ],
  [
    "a NAT gateway in a VPC that is made",
    {
      [own("cluster")]: "create",
      ...subnets({ ...good, natGatewayId: "nat-0a1b2c3d4e5f60718" }, second),
    },
    own("runnerSubnets[0].natGatewayId"),
  ],
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
  ["another organisation there", {}, "GITHUB_ORGANIZATION", { GITHUB_ORGANIZATION: "other-org" }],
];
