import { expect } from "chai";
import { describe, it } from "mocha";
import { table } from "../../deployments/permissions/calls";
import { awsCommands, ciRole } from "../../operations/ciRoles/roles";
import { environments, hasRunner } from "../../stacks/environments";

const options = {
  accountId: "123456789012",
  repository: { fullName: "example-org/eks-dryrun-runner", id: "600000001", ownerId: "500000001" },
  state: { bucket: "states", keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/example" },
};
const roles = environments.filter(hasRunner).map((environment) => ({
  stack: environment.name,
  ...ciRole(environment, options),
}));

describe("the update roles of GitHub Actions", () => {
  it("are one for each stack, for jobs in the environment of its name and nobody else", () => {
    for (const { stack, trustPolicy } of roles) {
      const [statement, ...others] = (trustPolicy as { Statement: { Condition: object }[] }).Statement;
      expect(others).to.deep.equal([]);
      expect(statement?.Condition).to.deep.equal({
        StringEquals: {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:repository_id": "600000001",
          "token.actions.githubusercontent.com:sub": [
            `repo:example-org@500000001/eks-dryrun-runner@600000001:environment:${stack}`,
            `repo:example-org/eks-dryrun-runner:environment:${stack}`,
          ],
        },
      });
    }
  });

  it("may do what the table of calls has, and beyond it only keep their state", () => {
    for (const { policy } of roles) {
      const actions = policy.Statement.flatMap(({ Action }) => Action);
      const inTable = new Set(table.map(({ action }) => action));
      expect(actions.filter((action) => !inTable.has(action)).sort()).to.deep.equal([
        "kms:Decrypt",
        "kms:Encrypt",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
      ]);
    }
  });

  it("write no state but their own stack's", () => {
    for (const { stack, policy } of roles)
      for (const { Action, Resource } of policy.Statement) {
        if (!Action.includes("s3:PutObject")) continue;
        for (const resource of Resource)
          expect(resource).to.match(
            new RegExp(
              `^arn:aws:s3:::states/\\.pulumi/[\\w/-]+/eks-dryrun-runner/${stack}(/\\*|\\.json\\*)$`,
            ),
          );
      }
  });

  it("may make what applies releases only where they are applied", () => {
    const stacksWithReleases = ["kr-production"];
    for (const environment of environments.filter(hasRunner)) {
      const { policy } = ciRole(environment, { ...options, stacksWithReleases });
      const mayMake = JSON.stringify(policy).includes(`role/${environment.name}-release`);
      expect(mayMake, environment.name).to.equal(environment.name === "kr-production");
    }
  });

  it("fit into an inline policy", () => {
    const all = environments
      .filter(hasRunner)
      .map((environment) => ciRole(environment, { ...options, stacksWithReleases: [environment.name] }));
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    for (const { policy } of [...roles, ...all]) expect(JSON.stringify(policy).length).to.be.below(10_240);
  });

  it("are made by commands that a shell takes", () => {
    for (const role of roles) {
      const lines = awsCommands(role).split("\n");
      expect(lines.map((line) => line.split("'").length)).to.deep.equal([3, 3]);
    }
  });
});
