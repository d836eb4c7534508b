import { expect } from "chai";
import { describe, it } from "mocha";
import { table } from "../../deployments/permissions/calls";
import { places } from "../../deployments/permissions/places";
import type { StackScope } from "../../deployments/permissions/scope";
import { previewPolicy, updatePolicy } from "../../deployments/permissions/policies";

const scope: StackScope = {
  stack: "kr-production",
  accountId: "123456789012",
  region: "ap-northeast-2",
  projectName: "kubectl-to-trocco-kr-production",
  clusterName: "trocco-kr-production",
  connectionArn:
    "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52-0d41-4b8e-9c7a-2f5d1b60e934",
};
/** Applies releases, for which a role may do more. */
const releasing = { ...scope, appliesReleases: true };
/** With a cluster of its own, for which a role may do more. */
const creating = { ...scope, createsCluster: true };
/** All that any stack may do. */
const both = { ...releasing, createsCluster: true };
const other = { ...scope, stack: "in-production", region: "ap-south-1" };
const boundary = "arn:aws:iam::123456789012:policy/boundary";

const actionsOf = (policy: ReturnType<typeof updatePolicy>) =>
  new Set(policy.Statement.flatMap(({ Action }) => Action));

describe("the policies of the deployments' roles", () => {
  it("allow each call of the table, and nothing else", () => {
    expect([...actionsOf(updatePolicy(both))].sort()).to.deep.equal(
      [...new Set(table.map(({ action }) => action))].sort(),
    );
  });

  it("give every call a source in the real provider's code or in AWS's documentation", () => {
    for (const { action, source } of table)
      expect(source, action).to.match(
        /^(?:hashicorp\/[\w-]+:[\w./-]+\.go|https:\/\/docs\.aws\.amazon\.com\/\S+)$/,
      );
  });

  it("name no wildcard action, and every resource only for actions that AWS lets nobody narrow", () => {
    for (const { Sid, Action, Resource, Condition } of updatePolicy(both).Statement) {
      for (const action of Action) expect(action, Sid).to.not.include("*");
      if (!Resource.includes("*")) continue;
      for (const action of Action)
        expect(action).to.match(/:(?:Describe|GetCallerIdentity$|ListClusters$|CreateCluster$)/);
      if (Action.includes("eks:CreateCluster"))
        expect(Condition).to.deep.equal({
          StringEquals: { "aws:RequestTag/pulumi:stack": "kr-production", "eks:authenticationMode": "API" },
          Bool: { "eks:endpointPublicAccess": "false" },
        });
    }
  });

  it("let previews read and change nothing", () => {
    const actions = [...actionsOf(previewPolicy([both, other]))];
    expect(actions).to.include("ec2:DescribeSubnets");
    for (const action of actions) expect(action).to.match(/^[\w-]+:(?:Get|List|Describe|BatchGet)[A-Z]/);
  });

  it("let previews see no secret", () => {
    for (const action of actionsOf(previewPolicy([scope])))
      expect(action).to.not.match(/secretsmanager|ssm:|Token$|GetConnectionToken/);
  });

  it("give every stack's previews what its updates look at", () => {
    const resources = previewPolicy([scope, other]).Statement.flatMap(({ Resource }) => Resource);
    for (const { stack } of [scope, other])
      expect(resources).to.include(`arn:aws:iam::123456789012:role/${stack}-runner-*`);
  });

  it("keep an update to what carries its own stack's tag or name", () => {
    const foreign = JSON.stringify(updatePolicy(scope)).match(/in-production|ja-production|ap-south-1/g);
    expect(foreign).to.equal(null);
    for (const place of places.ownNetwork(scope))
      expect(place.condition).to.deep.equal({
        StringEquals: { "aws:ResourceTag/pulumi:stack": "kr-production" },
      });
  });

  it("demand the boundary of every role that is made, and never let it be taken off", () => {
    const bounded = updatePolicy({ ...scope, permissionsBoundaryArn: boundary });
    const conditionOf = (action: string) =>
      bounded.Statement.filter(({ Action }) => Action.includes(action)).map(({ Condition }) => Condition);
    for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])
      expect(conditionOf(action)).to.deep.equal([{ StringEquals: { "iam:PermissionsBoundary": boundary } }]);
    expect(conditionOf("iam:DeleteRolePermissionsBoundary")).to.deep.equal([]);
  });

  it("let only a stack with a cluster of its own make and delete one, or a VPC, or give a role a managed policy", () => {
    const more = [
      "eks:CreateCluster",
      "eks:DeleteCluster",
      "ec2:CreateVpc",
      "ec2:DeleteVpc",
      "iam:AttachRolePolicy",
    ];
    const [those, its] = [actionsOf(updatePolicy(scope)), actionsOf(updatePolicy(creating))];
    for (const action of more)
      expect([those.has(action), its.has(action)], action).to.deep.equal([false, true]);
    const attach = updatePolicy(creating).Statement.find(({ Action }) =>
      Action.includes("iam:AttachRolePolicy"),
    );
    expect(attach?.Condition).to.deep.equal({
      ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
    });
    expect(attach?.Resource).to.deep.equal(["arn:aws:iam::123456789012:role/kr-production-eksRole-role-*"]);
  });

  it("let only a stack that applies releases make what applies them, each part no more than it is for", () => {
    const without = JSON.stringify(updatePolicy(scope));
    expect(without).to.not.match(/-apply|-release|oidc-provider|release-apply|OpenIDConnectProvider/);

    const { Statement } = updatePolicy(releasing);
    const of = (action: string) => Statement.filter(({ Action }) => Action.includes(action));
    const resourcesOf = (action: string) => of(action).flatMap(({ Resource }) => Resource);
    const role = "arn:aws:iam::123456789012:role/kr-production";
    const project = "arn:aws:codebuild:ap-northeast-2:123456789012:project/kubectl-to-trocco-kr-production";
    expect(resourcesOf("iam:CreateRole")).to.deep.equal([
      `${role}-runner-*`,
      `${role}-apply-*`,
      `${role}-release`,
    ]);
    // CodeBuild never gets the role that starts builds, and what writes never gets a webhook.
    expect(resourcesOf("iam:PassRole")).to.deep.equal([`${role}-runner-*`, `${role}-apply-*`]);
    expect(resourcesOf("codebuild:CreateProject")).to.deep.equal([project, `${project}-apply`]);
    expect(resourcesOf("codebuild:CreateWebhook")).to.deep.equal([project]);
    expect(of("eks:CreateAccessEntry").map(({ Condition }) => Condition)).to.deep.equal([
      {
        ArnLike: { "eks:principalArn": [`${role}-runner-*`] },
        "ForAllValues:StringEquals": { "eks:kubernetesGroups": ["pr-dry-run"] },
      },
      {
        ArnLike: { "eks:principalArn": [`${role}-apply-*`] },
        "ForAllValues:StringEquals": { "eks:kubernetesGroups": ["release-apply"] },
      },
    ]);
    expect(of("eks:UpdateAccessEntry").map(({ Resource }) => Resource)).to.deep.equal(
      ["runner", "apply"].map((what) => [
        `arn:aws:eks:ap-northeast-2:123456789012:access-entry/trocco-kr-production/role/123456789012/kr-production-${what}-*`,
      ]),
    );
    for (const action of ["Get", "Create", "Tag"])
      expect(resourcesOf(`iam:${action}OpenIDConnectProvider`)).to.deep.equal([
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      ]);
    expect([...actionsOf(updatePolicy(releasing))].join()).to.not.include("DeleteOpenIDConnectProvider");
  });

  it("hand the runner's role to CodeBuild only, and let no access policy into the cluster", () => {
    const statement = updatePolicy(scope).Statement.find(({ Action }) => Action.includes("iam:PassRole"));
    expect(statement?.Condition).to.deep.equal({
      StringEquals: { "iam:PassedToService": "codebuild.amazonaws.com" },
    });
    expect([...actionsOf(updatePolicy(scope))].join()).to.not.include("AssociateAccessPolicy");
  });

  it("fit into inline policies, with ten stacks too", () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    const limit = 10_240;
    const ten = Array.from({ length: 10 }, (_, index) => ({
      ...releasing,
      stack: `country-${String(index)}`,
    }));
    for (const one of [creating, { ...releasing, permissionsBoundaryArn: boundary }])
      expect(JSON.stringify(updatePolicy(one)).length).to.be.below(limit);
    expect(JSON.stringify(previewPolicy(ten)).length).to.be.below(limit);
  });
});
