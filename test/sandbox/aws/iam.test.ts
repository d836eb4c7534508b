import { expect } from "chai";
import { describe, it } from "mocha";
import { isAllowed, trusts, type Access, type Role } from "../../../sandbox/aws/iam/evaluate";
import { UnjudgeablePolicy, type PolicyDocument } from "../../../sandbox/aws/iam/document";

const bucket = "arn:aws:s3:::manifests/k8s";
const read: Access = { action: "s3:GetObject", resource: bucket };
const allow = (more: object = {}) => ({ Effect: "Allow", Action: "s3:GetObject", Resource: bucket, ...more });
const deny = (more: object = {}) => ({ ...allow(more), Effect: "Deny" });
const document = (...Statement: object[]) => ({ Statement }) as PolicyDocument;
const role = (policies: PolicyDocument[], more: Partial<Role> = {}): Role => {
  return {
    arn: "arn:aws:iam::123456789012:role/r",
    name: "r",
    id: "AROA1",
    trust: document(),
    policies,
    ...more,
  };
};
const when = (operator: string, expected: unknown) =>
  allow({ Condition: { [operator]: { "aws:RequestedRegion": expected } } });
const inTokyo: Access = { ...read, context: { "aws:requestedregion": "ap-northeast-1" } };

const ofTags = (...tags: string[]): Access => ({ ...read, context: { "aws:TagKeys": tags } });
const whenTags = (operator: string, expected: unknown) =>
  allow({ Condition: { [operator]: { "aws:TagKeys": expected } } });

const judged: [what: string, policies: PolicyDocument[], access: Access, allowed: boolean][] = [
  ["nothing is said", [], read, false],
  ["it is allowed", [document(allow())], read, true],
  ["another action is allowed", [document(allow({ Action: "s3:PutObject" }))], read, false],
  ["the action's case differs", [document(allow({ Action: "S3:getobject" }))], read, true],
  ["the action has a wildcard", [document(allow({ Action: ["ec2:*", "s3:Get*"] }))], read, true],
  ["the resource has a wildcard", [document(allow({ Resource: "arn:aws:s3:::manif?sts/*" }))], read, true],
  ["the resource's case differs", [document(allow({ Resource: "arn:aws:s3:::Manifests/k8s" }))], read, false],
  ["a dot is no wildcard", [document(allow({ Resource: "arn:aws:s3:::manifests.k8s" }))], read, false],
  ["one policy allows and another denies", [document(allow()), document(deny())], read, false],
  [
    "what is denied is something else",
    [document(allow(), deny({ Resource: "arn:aws:s3:::other" }))],
    read,
    true,
  ],
  [
    "the denial has a condition that is not met",
    [document(allow(), { ...when("StringEquals", "x"), Effect: "Deny" })],
    inTokyo,
    true,
  ],
  ["a condition is met", [document(when("StringEquals", "ap-northeast-1"))], inTokyo, true],
  [
    "one of a condition's values is met",
    [document(when("StringEquals", ["x", "ap-northeast-1"]))],
    inTokyo,
    true,
  ],
  ["a condition is not met", [document(when("StringEquals", "ap-south-1"))], inTokyo, false],
  ["a condition's key is absent", [document(when("StringEquals", "ap-northeast-1"))], read, false],
  [
    "a condition's key is absent, IfExists",
    [document(when("StringEqualsIfExists", "ap-northeast-1"))],
    read,
    true,
  ],
  ["a negated condition's key is absent", [document(when("StringNotEquals", "ap-south-1"))], read, true],
  [
    "a negated condition has the value",
    [document(when("StringNotEquals", ["x", "ap-northeast-1"]))],
    inTokyo,
    false,
  ],
  ["StringEquals takes no wildcard", [document(when("StringEquals", "ap-*"))], inTokyo, false],
  ["StringLike does", [document(when("StringLike", "ap-*"))], inTokyo, true],
  ["Null asks for absence", [document(when("Null", true))], read, true],
  ["Null finds presence", [document(when("Null", "true"))], inTokyo, false],
  [
    "all of many values are listed",
    [document(whenTags("ForAllValues:StringEquals", ["a", "b"]))],
    ofTags("b"),
    true,
  ],
  [
    "one of many values is not listed",
    [document(whenTags("ForAllValues:StringEquals", "a"))],
    ofTags("a", "b"),
    false,
  ],
  [
    "all values of an absent key are listed",
    [document(whenTags("ForAllValues:StringEquals", "a"))],
    read,
    true,
  ],
  [
    "one of many values is listed",
    [document(whenTags("ForAnyValue:StringEquals", "a"))],
    ofTags("a", "b"),
    true,
  ],
  ["a value of an absent key is listed", [document(whenTags("ForAnyValue:StringEquals", "a"))], read, false],
  [
    "one of many values is another",
    [document(allow(), { ...whenTags("ForAnyValue:StringNotEquals", "a"), Effect: "Deny" })],
    ofTags("a", "b"),
    false,
  ],
];

describe("the local AWS judges a role", () => {
  for (const [what, policies, access, allowed] of judged)
    it(`as ${allowed ? "allowed" : "refused"} when ${what}`, () => {
      expect(isAllowed(role(policies), access)).to.equal(allowed);
    });

  it("within its permissions boundary", () => {
    const policies = [document(allow({ Action: "s3:*" }))];
    const boundary = document(allow());
    expect(isAllowed(role(policies, { boundary }), read)).to.equal(true);
    expect(isAllowed(role(policies, { boundary }), { ...read, action: "s3:PutObject" })).to.equal(false);
    expect(isAllowed(role([], { boundary }), read)).to.equal(false);
  });

  it("by ARN part by part, so that a wildcard reaches no further than its part", () => {
    const subnet = "arn:aws:ec2:ap-northeast-1:123456789012:subnet/subnet-1";
    const inSubnet = (pattern: string) => {
      const Condition = { ArnEquals: { "ec2:Subnet": pattern } };
      return isAllowed(role([document(allow({ Condition }))]), {
        ...read,
        context: { "ec2:Subnet": subnet },
      });
    };
    expect(inSubnet("arn:aws:ec2:*:123456789012:subnet/*")).to.equal(true);
    expect(inSubnet("arn:aws:ec2:*:subnet/*")).to.equal(false);
  });

  it("with trust in one service and its conditions", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    const trust = document({
      Effect: "Allow",
      Principal: { Service: "codebuild.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition,
    });
    const context = { "aws:SourceAccount": "123456789012" };
    expect(trusts(role([], { trust }), "codebuild.amazonaws.com", context)).to.equal(true);
    expect(trusts(role([], { trust }), "ec2.amazonaws.com", context)).to.equal(false);
    expect(trusts(role([], { trust }), "codebuild.amazonaws.com", { "aws:SourceAccount": "1" })).to.equal(
      false,
    );
  });

  const unjudgeable: [what: string, statement: object][] = [
    ["NotAction", { Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
    ["NotResource", { Effect: "Allow", Action: "s3:*", NotResource: bucket }],
    [
      "an operator that is not implemented",
      allow({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
    ],
    ["an operator for one value and a key of many", whenTags("StringEquals", "a")],
    ["a policy variable", allow({ Resource: "arn:aws:s3:::manifests/${aws:username}" })],
  ];
  for (const [what, statement] of unjudgeable)
    it(`not at all where a policy has ${what}, and says so`, () => {
      expect(() => isAllowed(role([document(statement)]), ofTags("a"))).to.throw(UnjudgeablePolicy);
    });
});
