import { expect } from "chai";
import { describe, it } from "mocha";
import type { Role } from "../../sandbox/aws/iam/evaluate";
import { judgeRole, type RoleUse, type RoleView } from "../../sandbox/judge/role";

const accountId = "123456789012";
const region = "ap-northeast-2";
const projectArn = `arn:aws:codebuild:${region}:${accountId}:project/runner`;
const connectionArn = `arn:aws:codeconnections:ap-northeast-1:${accountId}:connection/1`;
const subnetArn = `arn:aws:ec2:${region}:${accountId}:subnet/subnet-1`;
const groupArn = `arn:aws:ec2:${region}:${accountId}:security-group/sg-1`;
const interfaces = `arn:aws:ec2:${region}:${accountId}:network-interface/*`;
const logArn = `arn:aws:logs:${region}:${accountId}:log-group:/aws/codebuild/runner`;

const use: RoleUse = {
  accountId,
  region,
  projectArn,
  roleArn: `arn:aws:iam::${accountId}:role/runner`,
  connectionArn,
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  log: { group: "/aws/codebuild/runner", stream: "build-1", groupExists: true },
};

const describes = [
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
];

interface AllowStatement {
  Effect: "Allow";
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** The least that a runner's role must have. */
const statements: Record<string, AllowStatement> = {
  logs: { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logArn}:*` },
  looks: { Effect: "Allow", Action: describes, Resource: "*" },
  creates: {
    Effect: "Allow",
    Action: ["ec2:CreateNetworkInterface"],
    Resource: [subnetArn, groupArn, interfaces],
  },
  deletes: {
    Effect: "Allow",
    Action: ["ec2:DeleteNetworkInterface"],
    Resource: interfaces,
    Condition: { ArnEquals: { "ec2:Subnet": subnetArn } },
  },
  hands: {
    Effect: "Allow",
    Action: ["ec2:CreateNetworkInterfacePermission"],
    Resource: interfaces,
    Condition: {
      StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" },
      ArnEquals: { "ec2:Subnet": subnetArn },
    },
  },
  connects: {
    Effect: "Allow",
    Action: ["codeconnections:GetConnection", "codeconnections:GetConnectionToken"],
    Resource: connectionArn,
  },
};

/** A good role, with some of its statements changed or, as undefined, left out. */
function role(changes: Partial<Record<string, AllowStatement | undefined>> = {}): Role {
  const all = Object.values({ ...statements, ...changes }).filter((one) => one !== undefined);
  return {
    arn: use.roleArn,
    name: "runner",
    id: "AROA1",
    trust: {
      Statement: {
        Effect: "Allow",
        Principal: { Service: "codebuild.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnEquals: { "aws:SourceArn": projectArn },
        },
      },
    },
    policies: [{ Statement: all }],
  };
}

function judged(view: Partial<RoleView>, changedUse: Partial<RoleUse> = {}) {
  return judgeRole({ ...use, ...changedUse }, { role: role(), connectionStatus: "AVAILABLE", ...view });
}

describe("the judge of roles", () => {
  it("lets a role through that has just what CodeBuild needs", () => {
    expect(judged({})).to.deep.equal({ ok: true });
  });

  it("wants nothing of the network for a project outside of any VPC", () => {
    const view = {
      role: role({ looks: undefined, creates: undefined, deletes: undefined, hands: undefined }),
    };
    expect(judged(view).ok).to.equal(false);
    expect(judged(view, { subnetIds: [], securityGroupIds: [] }).ok).to.equal(true);
  });

  const changed = (name: string, changes: Partial<AllowStatement>) => ({
    role: role({ [name]: { ...statements[name]!, ...changes } }),
  });
  const refusedOnes: [
    what: string,
    view: Partial<RoleView>,
    reason: RegExp,
    changedUse?: Partial<RoleUse>,
  ][] = [
    ["that is not there, or not seen yet", { role: undefined }, /is not there, or not yet seen/],
    [
      "whose trust names another project",
      {},
      /does not let codebuild\.amazonaws\.com take it/,
      { projectArn: `arn:aws:codebuild:${region}:${accountId}:project/other` },
    ],
    ["whose trust names another account", {}, /does not let/, { accountId: "210987654321" }],
    ["without the log's statement", { role: role({ logs: undefined }) }, /may not logs:CreateLogStream/],
    [
      "that may make a stream and not write to it",
      changed("logs", { Action: ["logs:CreateLogStream"] }),
      /may not logs:PutLogEvents/,
    ],
    [
      "that may write to another group",
      changed("logs", { Resource: `${logArn}-2:*` }),
      /logs:CreateLogStream/,
    ],
    [
      "that may not make the group which is not there",
      {},
      /may not logs:CreateLogGroup/,
      { log: { group: "/aws/codebuild/runner", stream: "build-1", groupExists: false } },
    ],
    ["that may not look", { role: role({ looks: undefined }) }, /ec2:DescribeSecurityGroups/],
    [
      "that may use another subnet",
      {},
      /ec2:CreateNetworkInterface on .*subnet\/subnet-2/,
      { subnetIds: ["subnet-2"] },
    ],
    [
      "that may hand interfaces to another service",
      changed("hands", { Condition: { StringEquals: { "ec2:AuthorizedService": "ec2.amazonaws.com" } } }),
      /ec2:CreateNetworkInterfacePermission/,
    ],
    ["that may not delete interfaces", { role: role({ deletes: undefined }) }, /ec2:DeleteNetworkInterface/],
    [
      "without the connection's statement",
      { role: role({ connects: undefined }) },
      /may not codeconnections:GetConnection on/,
    ],
    [
      "that may see the connection and get no token",
      changed("connects", { Action: ["codeconnections:GetConnection"] }),
      /may not codeconnections:GetConnectionToken/,
    ],
    [
      "with the actions under the other prefix",
      changed("connects", { Action: ["codestar-connections:*"] }),
      /may not codeconnections:GetConnection on/,
    ],
    ["on a connection that is pending", { connectionStatus: "PENDING" }, /is PENDING, not AVAILABLE/],
    ["on a connection that is gone", { connectionStatus: undefined }, /is not there, not AVAILABLE/],
    [
      "that may not read the secret",
      {},
      /secretsmanager:GetSecretValue/,
      {
        connectionArn: undefined,
        secretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:github`,
      },
    ],
  ];
  for (const [what, view, reason, changedUse] of refusedOnes)
    it(`refuses a role ${what}`, () => {
      const judgement = judged(view, changedUse);
      expect(judgement.ok, "let through").to.equal(false);
      if (!judgement.ok) expect(judgement.reason).to.match(reason);
    });
});
