import { expect } from "chai";
import { describe, it } from "mocha";
import { runnerActions, type RunnerAction } from "../../components/runnerActions";
import {
  runnerPolicy,
  runnerTrustPolicy,
  type GithubCredential,
  type PolicyDocument,
} from "../../components/runnerPolicy";
import { isAllowed, type Role } from "../../sandbox/aws/iam/evaluate";
import { accessesOf, judgeRole, type RoleUse } from "../../sandbox/judge/role";
import { refused, type Judgement } from "../../sandbox/judge/snapshot";

const accountId = "123456789012";
const region = "ap-northeast-2";
const ec2Arn = (resource: string) => `arn:aws:ec2:${region}:${accountId}:${resource}`;
const clusterArn = `arn:aws:eks:${region}:${accountId}:cluster/production`;
const projectArn = `arn:aws:codebuild:${region}:${accountId}:project/runner`;
const group = "/aws/codebuild/runner";
const connectionArn = `arn:aws:codeconnections:ap-northeast-1:${accountId}:connection/1`;
const secretArn = `arn:aws:secretsmanager:${region}:${accountId}:secret:github-AbCdEf`;

const credentials: GithubCredential[] = [
  { type: "connection", arn: connectionArn },
  { type: "secret", arn: secretArn },
  { type: "default" },
];

const policyFor = (githubCredential: GithubCredential) =>
  runnerPolicy({
    region,
    accountId,
    logGroupArn: `arn:aws:logs:${region}:${accountId}:log-group:${group}`,
    subnetArns: ["subnet-1", "subnet-2"].map((id) => ec2Arn(`subnet/${id}`)),
    securityGroupArn: ec2Arn("security-group/sg-1"),
    clusterArn,
    githubCredential,
  });

/** What a project that the program makes does with its role. */
const useOf = (credential: GithubCredential): RoleUse => ({
  accountId,
  region,
  projectArn,
  roleArn: `arn:aws:iam::${accountId}:role/runner`,
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupIds: ["sg-1"],
  log: { group, stream: "build-1", groupExists: true },
  ...(credential.type === "connection" ? { connectionArn: credential.arn } : {}),
  ...(credential.type === "secret" ? { secretArn: credential.arn } : {}),
});

const roleWith = (policy: PolicyDocument): Role => ({
  arn: `arn:aws:iam::${accountId}:role/runner`,
  name: "runner",
  id: "AROA1",
  trust: runnerTrustPolicy({ accountId, arn: projectArn }) as Role["trust"],
  policies: [policy],
});

/** Whether a build and its dry run get through with a policy. */
function judged(policy: PolicyDocument, credential: GithubCredential): Judgement {
  const role = roleWith(policy);
  const build = judgeRole(useOf(credential), { role, connectionStatus: "AVAILABLE" });
  if (!build.ok) return build;
  const findCluster = { action: "eks:DescribeCluster", resource: clusterArn };
  return isAllowed(role, findCluster) ? build : refused("the dry run may not eks:DescribeCluster");
}

const without = (policy: PolicyDocument, action: string): PolicyDocument => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((one) => one !== action),
  })),
});

const rows: RunnerAction[] = Object.values(runnerActions).flat();
/** The row of an action, whatever the connection's prefix. */
const rowOf = (action: string) =>
  rows.find((row) => row.action === action || row.action === action.split(":")[1])!;

describe("the table of the runner's actions", () => {
  it("has a source in AWS's documentation for each, and says of each who calls it", () => {
    for (const { action, source, calledBy } of rows) {
      expect(source, action).to.match(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/);
      expect(calledBy, action).to.match(/^(CodeBuild|the dry run), /);
    }
  });

  for (const credential of credentials) {
    const policy = policyFor(credential);
    const actions = policy.Statement.flatMap(({ Action }) => Action);

    it(`suffices with a credential of type ${credential.type}`, () => {
      expect(judged(policy, credential)).to.deep.equal({ ok: true });
    });

    for (const action of actions) {
      const { notProvable } = rowOf(action);
      it(`${notProvable === undefined ? "needs" : "says why it has"} ${action} (${credential.type})`, () => {
        const judgement = judged(without(policy, action), credential);
        // A row that claims not to be provable and is would be a claim that nobody checked.
        expect(judgement.ok, action).to.equal(notProvable !== undefined);
        if (!judgement.ok) expect(judgement.reason).to.include(`may not ${action}`);
      });
    }

    it(`has all that the sandbox's CodeBuild does with its role (${credential.type})`, () => {
      const done = accessesOf(useOf(credential)).map(({ action }) => action);
      expect(done).to.have.length.above(5);
      expect(actions).to.include.members(done);
    });
  }
});
