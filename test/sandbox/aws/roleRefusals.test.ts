import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { logGroupRefusals } from "../../../sandbox/aws/refusals/logGroups";
import { roleRefusals } from "../../../sandbox/aws/refusals/roles";
import {
  codeBuildTrust,
  localAws,
  refusal,
  statement,
  untestedRows,
  type Clients,
  type LocalAws,
  type RefusedCall,
} from "./localAws";

type Call = RefusedCall<string>[3];

const role = (RoleName: string, AssumeRolePolicyDocument: string, more = {}): Call => {
  return ({ iam }) => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }));
};
const trust = codeBuildTrust("runner");

/** The calls get the ARN of an attached managed policy. */
const refused: RefusedCall<string>[] = [
  ["CreateRole", "a name with a space", "ValidationError", role("my role", trust)],
  [
    "CreateRole",
    "a description of 1001 characters",
    "ValidationError",
    role("a", trust, { Description: "x".repeat(1001) }),
  ],
  ["CreateRole", "a trust policy that is no JSON", "MalformedPolicyDocument", role("a", "{")],
  [
    "CreateRole",
    "trust without principal",
    "MalformedPolicyDocument",
    role("a", statement({ Action: "sts:AssumeRole" })),
  ],
  [
    "CreateRole",
    "trust with a resource",
    "MalformedPolicyDocument",
    role(
      "a",
      statement({ Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole", Resource: "*" }),
    ),
  ],
  [
    "CreateRole",
    "trust in no service",
    "MalformedPolicyDocument",
    role("a", trust.replace("codebuild.", "codebuildd.")),
  ],
  [
    "CreateRole",
    "an unknown permissions boundary",
    "NoSuchEntity",
    role("a", trust, { PermissionsBoundary: "arn:aws:iam::123456789012:policy/none" }),
  ],
  [
    "AttachRolePolicy",
    "a policy of AWS's, which moto has not",
    "NotImplemented",
    ({ iam }) =>
      iam.send(
        new AttachRolePolicyCommand({
          RoleName: "standing",
          PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
        }),
      ),
  ],
  [
    "PutRolePolicy",
    "more than 10240 characters",
    "LimitExceeded",
    ({ iam }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: "standing",
          PolicyName: "large",
          PolicyDocument: statement({
            Action: "logs:PutLogEvents",
            Resource: Array.from(
              { length: 300 },
              (_, index) => `arn:aws:logs:*:*:log-group:${String(index)}:*`,
            ),
          }),
        }),
      ),
  ],
  [
    "DeleteRole",
    "an inline policy",
    "DeleteConflict",
    ({ iam }) => iam.send(new DeleteRoleCommand({ RoleName: "standing" })),
  ],
  [
    "DeletePolicy",
    "a role that has it",
    "DeleteConflict",
    ({ iam }, policy) => iam.send(new DeletePolicyCommand({ PolicyArn: policy })),
  ],
  [
    "CreateLogGroup",
    "a name with a space",
    "InvalidParameterException",
    ({ logs }) => logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/code build" })),
  ],
  [
    "PutRetentionPolicy",
    "two days",
    "InvalidParameterException",
    ({ logs }) => logs.send(new PutRetentionPolicyCommand({ logGroupName: "/standing", retentionInDays: 2 })),
  ],
];

describe("IAM and CloudWatch Logs of the local AWS refuse what AWS refuses", function () {
  this.timeout(240_000);
  let aws: LocalAws;
  let policy: string;

  before(async () => {
    aws = await localAws({ seeded: false });
    policy = await build(aws.clients());
  });
  after(() => aws.stop());

  for (const [operation, what, code, call] of refused)
    it(`${operation}: ${what}`, async () => {
      expect((await refusal(call(aws.clients(), policy))).code).to.match(new RegExp(`^${code}(Exception)?$`));
    });

  it("has a test above for each row of its tables", () => {
    expect(untestedRows([...roleRefusals, ...logGroupRefusals], refused)).to.deep.equal([]);
  });

  it("lets go of what is no longer in use", async () => {
    const { iam, logs } = aws.clients();
    await iam.send(new DetachRolePolicyCommand({ RoleName: "standing", PolicyArn: policy }));
    await iam.send(new DeletePolicyCommand({ PolicyArn: policy }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: "standing", PolicyName: "inline" }));
    await iam.send(new DeleteRoleCommand({ RoleName: "standing" }));
    await logs.send(new DeleteLogGroupCommand({ logGroupName: "/standing" }));
    expect(aws.unknownRoutes()).to.deep.equal([]);
  });
});

async function build({ iam, logs }: Clients): Promise<string> {
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/standing" }));
  const PolicyDocument = statement({ Action: "logs:PutLogEvents", Resource: "*" });
  await iam.send(new CreateRoleCommand({ RoleName: "standing", AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName: "standing", PolicyName: "inline", PolicyDocument }));
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "managed", PolicyDocument }));
  const PolicyArn = Policy?.Arn ?? "";
  await iam.send(new AttachRolePolicyCommand({ RoleName: "standing", PolicyArn }));
  return PolicyArn;
}
