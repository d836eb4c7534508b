import { expect } from "chai";
import { describe, it } from "mocha";
import { ApplyProject } from "../../components/applyProject";
import { ProtectedEnvironment } from "../../components/protectedEnvironment";
import { ReleaseIdentity, type GitHubIdentityProvider } from "../../components/releaseIdentity";
import { ReleaseTags } from "../../components/releaseTags";
import { mockStack, only, registeredUrns, requestFor, settled } from "../pulumiMocks";
import { registeredBy } from "./registeredBy";

const tags = { team: "data-platform" };

describe("ApplyProject", () => {
  const registered = () =>
    registeredBy(
      () =>
        new ApplyProject("ja", {
          projectName: "production-apply",
          accountId: "123456789012",
          region: "ap-northeast-1",
          repository: "example-org/manifests",
          githubCredential: {
            type: "connection",
            arn: "arn:aws:codeconnections:r:123456789012:connection/1",
          },
          buildspec: "version: 0.2",
          clusterName: "production",
          clusterArn: "arn:aws:eks:ap-northeast-1:123456789012:cluster/production",
          clusterSecurityGroupId: "sg-cluster",
          vpcId: "vpc-1",
          subnetIds: ["subnet-1"],
          subnetArns: ["arn:aws:ec2:ap-northeast-1:123456789012:subnet/subnet-1"],
          securityGroupId: "sg-1",
          securityGroupArn: "arn:aws:ec2:ap-northeast-1:123456789012:security-group/sg-1",
          computeType: "BUILD_GENERAL1_SMALL",
          image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
          queuedTimeoutMinutes: 60,
          logRetentionDays: 30,
          tags,
        }),
    );

  it("makes these resources, and no webhook", async () => {
    expect((await registered()).map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "eks-dryrun-runner:index:ApplyProject ja",
      "aws:cloudwatch/logGroup:LogGroup ja-apply",
      "aws:iam/role:Role ja-apply",
      "aws:iam/rolePolicy:RolePolicy ja-apply",
      "aws:eks/accessEntry:AccessEntry ja-apply",
      "aws:codebuild/project:Project ja-apply",
    ]);
  });

  it("has its own buildspec, image, role and log, and no privileged mode", async () => {
    const { inputs } = only(await registered(), "aws:codebuild/project:Project");
    expect(inputs).to.deep.include({
      name: "production-apply",
      serviceRole: "arn:aws:iam::123456789012:role/ja-apply-1a2b3c4",
      source: {
        type: "GITHUB",
        location: "https://github.com/example-org/manifests.git",
        buildspec: "version: 0.2",
        auth: { type: "CODECONNECTIONS", resource: "arn:aws:codeconnections:r:123456789012:connection/1" },
      },
      environment: {
        type: "LINUX_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        imagePullCredentialsType: "CODEBUILD",
        privilegedMode: false,
      },
      logsConfig: {
        cloudwatchLogs: { status: "ENABLED", groupName: "/aws/codebuild/production-apply" },
      },
      concurrentBuildLimit: 1,
    });
  });

  it("is in the cluster a member of release-apply alone, by an entry that is there before its first build", async () => {
    const all = await registered();
    const entry = only(all, "aws:eks/accessEntry:AccessEntry");
    expect(entry.inputs).to.deep.include({
      principalArn: "arn:aws:iam::123456789012:role/ja-apply-1a2b3c4",
      kubernetesGroups: ["release-apply"],
      type: "STANDARD",
    });
    expect(requestFor(entry)).to.deep.include({ hasReplacementTrigger: true, deleteBeforeReplace: true });
    const { dependsOn } = requestFor(only(all, "aws:codebuild/project:Project"));
    expect(dependsOn.filter((urn) => /accessEntry|rolePolicy/.test(urn))).to.have.length(2);
  });
});

describe("ReleaseIdentity", () => {
  const registered = (identityProvider: GitHubIdentityProvider) =>
    registeredBy(
      () =>
        new ReleaseIdentity("ja", {
          roleName: "ja-release",
          identityProvider,
          repository: { fullName: "example-org/manifests", id: "600", ownerId: "500" },
          environment: "ja-production",
          workflow: { path: ".github/workflows/apply.yml", branch: "main" },
          projectArn: "arn:aws:codebuild:r:123456789012:project/p",
          logGroupArn: "arn:aws:logs:r:123456789012:log-group:g",
          variables: ["NAMES"],
          tags,
        }),
    );
  const theirs: GitHubIdentityProvider = {
    ownedBy: "others",
    arn: "arn:aws:iam::123456789012:oidc-provider/x",
  };

  it("trusts GitHub's provider that the account has already, and leaves it to its owner", async () => {
    const all = await registered(theirs);
    expect(all.map(({ type }) => type)).to.not.include("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    const { inputs } = only(all, "aws:iam/role:Role");
    expect(inputs.name).to.equal("ja-release");
    expect(inputs.assumeRolePolicy).to.include(theirs.arn);
  });

  it("makes the provider where there is none, and never deletes it: others may trust it by then", async () => {
    const provider = only(
      await registered({ ownedBy: "stack" }),
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    );
    expect(provider.inputs).to.deep.equal({
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
      tags,
    });
    expect(requestFor(provider)).to.deep.include({ retainOnDelete: true, importId: "" });
  });

  it("takes its own provider up again where it was left behind", async () => {
    const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const all = await registered({ ownedBy: "stack", arn });
    const provider = only(all, "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    expect(requestFor(provider)).to.deep.include({ retainOnDelete: true, importId: arn });
  });
});

const environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policyType = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const policies =
  "github:index/getRepositoryEnvironmentDeploymentPolicies:getRepositoryEnvironmentDeploymentPolicies";
const inForce = [
  { type: "branch", pattern: "main" },
  { type: "tag", pattern: "v*" },
];

/** Makes an environment on a GitHub that then says of it what `changedByHand` says, or refuses. */
async function protectedEnvironment(changedByHand: Record<string, unknown> = {}) {
  const registered = await mockStack("test", {
    functions: { [policies]: () => ({ policies: inForce }) },
    changedByHand: { [environmentType]: changedByHand },
  });
  let refused: string[] = [];
  const { inForce: name } = new ProtectedEnvironment("home-ja", {
    repository: "manifests",
    environment: "ja-production",
    reviewers: { users: [583231], teams: [] },
    branch: "main",
    tags: ["v*"],
    refusal: (problems) => {
      refused = problems;
      return new Error(problems.join());
    },
  });
  const ended = await new Promise<string | undefined>((resolve) => {
    const promise = (name as unknown as { promise(): Promise<string> }).promise();
    promise.then(resolve, () => {
      resolve(undefined);
    });
  });
  await settled();
  return { registered, refused, ended };
}

describe("ProtectedEnvironment", () => {
  it("asks for a reviewer who did not start the job, of administrators too, and lets in two kinds of refs", async () => {
    const { registered, ended, refused } = await protectedEnvironment();
    expect(only(registered, environmentType).inputs).to.deep.equal({
      repository: "manifests",
      environment: "ja-production",
      reviewers: [{ users: [583231], teams: [] }],
      preventSelfReview: true,
      canAdminsBypass: false,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    });
    expect(registered.filter(({ type }) => type === policyType).map(({ inputs }) => inputs)).to.deep.equal([
      { repository: "manifests", environment: "ja-production", branchPattern: "main" },
      { repository: "manifests", environment: "ja-production", tagPattern: "v*" },
    ]);
    expect([ended, refused]).to.deep.equal(["ja-production", []]);
    expect(registeredUrns().filter((urn) => urn.includes(environmentType))).to.have.length(2);
  });

  it("reads its protection back, and refuses where it is not in force", async () => {
    const { refused, ended } = await protectedEnvironment({ reviewers: [], canAdminsBypass: true });
    expect(refused).to.have.length(2);
    expect(ended).to.equal(undefined);
  });
});

describe("ReleaseTags", () => {
  it("lets who maintains the repository make, move and delete the tags and one called as the branch, and nobody else", async () => {
    const args = { repository: "manifests", tags: ["v*", "release/*"], branch: "main" };
    const all = await registeredBy(() => new ReleaseTags("home", args));
    expect(only(all, "github:index/repositoryRuleset:RepositoryRuleset").inputs).to.deep.include({
      target: "tag",
      enforcement: "active",
      conditions: {
        refName: { includes: ["refs/tags/v*", "refs/tags/release/*", "refs/tags/main"], excludes: [] },
      },
      rules: { creation: true, update: true, deletion: true },
      bypassActors: [2, 5].map((actorId) => ({ actorType: "RepositoryRole", actorId, bypassMode: "always" })),
    });
  });
});
