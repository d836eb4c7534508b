import { expect } from "chai";
import { describe, it } from "mocha";
import {
  authenticate,
  isClusterAdministrator,
  Unauthenticated,
  type AuthenticatorWorld,
} from "../../../sandbox/aws/eks/authenticator";
import type { AccessEntry } from "../../../sandbox/aws/eks/clusters";
import type { RoleSession } from "../../../sandbox/aws/iam/sessions";
import { eksToken, type TokenChanges } from "./presign";

const roleArn = "arn:aws:iam::123456789012:role/runner";
const session: RoleSession = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "of-a-test",
  sessionToken: "token+of/a=test",
  roleArn,
  roleName: "runner",
  roleId: "AROAFIRST",
  sessionName: "AWSCodeBuild-1",
  arn: "arn:aws:sts::123456789012:assumed-role/runner/AWSCodeBuild-1",
  expiration: new Date(Date.now() + 3_600_000),
};
const entry: AccessEntry = {
  clusterName: "production",
  principalArn: roleArn,
  kubernetesGroups: ["pr-dry-run"],
  accessEntryArn:
    "arn:aws:eks:ap-northeast-1:123456789012:access-entry/production/role/123456789012/runner/1",
  createdAt: 0,
  modifiedAt: 0,
  tags: {},
  username: "arn:aws:sts::123456789012:assumed-role/runner/{{SessionName}}",
  type: "STANDARD",
  principalId: "AROAFIRST",
  policies: [],
};
const role = {
  arn: roleArn,
  name: "runner",
  id: "AROAFIRST",
  trust: { Statement: [] },
  policies: [],
};

async function whoIs(token: TokenChanges | string, world: Partial<AuthenticatorWorld> = {}) {
  const text = typeof token === "string" ? token : await eksToken(session, token);
  return authenticate(text, {
    clusterName: "production",
    endpoint: "http://127.0.0.1:4566",
    entries: [entry],
    session: (accessKeyId) => (accessKeyId === session.accessKeyId ? session : undefined),
    visibleRole: (arn) => (arn === roleArn ? role : undefined),
    now: new Date(),
    ...world,
  });
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const presigned = (query: string) => `k8s-aws-v1.${Buffer.from(query).toString("base64url")}`;

describe("the cluster's authenticator", () => {
  it("makes the session of a role the user and the groups of its access entry", async () => {
    expect(await whoIs({})).to.deep.equal({
      username: "arn:aws:sts::123456789012:assumed-role/runner/AWSCodeBuild-1",
      groups: ["pr-dry-run"],
    });
  });

  it("tells what the entry's access policies give beside the groups, which is everything for one policy alone", async () => {
    const policyArn = (name: string) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`;
    const told = async (name: string, type: "cluster" | "namespace") => {
      const policy = { policyArn: policyArn(name), accessScope: { type, namespaces: [] } };
      const policies = [{ ...policy, associatedAt: 0, modifiedAt: 0 }];
      return isClusterAdministrator((await whoIs({}, { entries: [{ ...entry, policies }] })).extra ?? {});
    };
    expect(await told("ClusterAdmin", "cluster")).to.equal(true);
    expect(await told("ClusterAdmin", "namespace")).to.equal(false);
    expect(await told("View", "cluster")).to.equal(false);
  });

  it("takes a token for fifteen minutes, however short it says it is valid", async () => {
    await whoIs({ signedAt: minutesAgo(14), expiresIn: 60 });
  });

  it("takes a token that the STS of another region of AWS would confirm", async () => {
    await whoIs({ region: "us-east-1" });
  });

  const refused: [
    what: string,
    token: TokenChanges | string,
    reason: RegExp,
    world?: Partial<AuthenticatorWorld>,
  ][] = [
    ["plain garbage", "garbage", /does not begin with k8s-aws-v1/],
    ["garbage behind the prefix", "k8s-aws-v1.%%%", /no URL/],
    ["a token that is too large", `k8s-aws-v1.${"A".repeat(5000)}`, /too large/],
    ["a URL that is not signed", presigned("http://127.0.0.1:4566/?Action=GetCallerIdentity"), /not signed/],
    ["a token for another host", { endpoint: "https://sts.example.org" }, /unexpected host/],
    ["a token for another operation", { action: "GetSessionToken" }, /GetCallerIdentity/],
    ["a token for another service", { service: "s3" }, /signed for s3/],
    ["a token for a region of another partition", { region: "cn-north-1" }, /cn-north-1, where no STS/],
    ["a token for a region that does not exist", { region: "ap-moon-1" }, /ap-moon-1, where no STS/],
    ["another cluster's token", { clusterName: "staging" }, /signature does not match/],
    ["an expired token", { signedAt: minutesAgo(16) }, /has expired/],
    ["a token from the future", { signedAt: minutesAgo(-20) }, /future/],
    ["a token that would be valid for an hour", { expiresIn: 3600 }, /X-Amz-Expires/],
    [
      "a signature with one digit changed",
      {
        tamper: ({ searchParams }) => {
          const value = searchParams.get("X-Amz-Signature") ?? "";
          searchParams.set(
            "X-Amz-Signature",
            value.replace(/^./, (first) => (first === "0" ? "1" : "0")),
          );
        },
      },
      /signature does not match/,
    ],
    [
      "a date that was changed",
      {
        signedAt: minutesAgo(16),
        tamper: ({ searchParams }) => {
          const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
          searchParams.set("X-Amz-Date", now);
        },
      },
      /signature does not match|not signed/,
    ],
    [
      "a token whose cluster is not signed",
      {
        tamper: ({ searchParams }) => {
          searchParams.set("X-Amz-SignedHeaders", "host");
        },
      },
      /x-k8s-aws-id is not signed/,
    ],
    [
      "a parameter that does not belong there",
      {
        tamper: ({ searchParams }) => {
          searchParams.set("Extra", "1");
        },
      },
      /parameter in the token: extra/,
    ],
    [
      "a parameter twice",
      {
        tamper: ({ searchParams }) => {
          searchParams.append("action", "AssumeRole");
        },
      },
      /parameter in the token: action/,
    ],
    [
      "another path",
      {
        tamper: (url) => {
          url.pathname = "/other";
        },
      },
      /unexpected path/,
    ],
    [
      "somebody else's session token",
      {
        tamper: ({ searchParams }) => {
          searchParams.set("X-Amz-Security-Token", "other");
        },
      },
      /session token/,
    ],
    ["a token replayed after the session has ended", {}, /has it no more/, { session: () => undefined }],
    [
      "credentials that have expired",
      {},
      /credentials have expired/,
      { session: () => ({ ...session, expiration: minutesAgo(1) }) },
    ],
    ["a role that is gone", {}, /is gone/, { visibleRole: () => undefined }],
    [
      "a session of a role that has been made anew",
      {},
      /is gone/,
      { visibleRole: () => ({ ...role, id: "AROASECOND" }) },
    ],
    ["a role without access entry", {}, /no access entry/, { entries: [] }],
    [
      "a role with an entry for another",
      {},
      /no access entry/,
      { entries: [{ ...entry, principalArn: "arn:aws:iam::123456789012:role/other" }] },
    ],
    [
      "a role whose entry is dead",
      {},
      /is dead: it is that of the role AROAEARLIER/,
      { entries: [{ ...entry, principalId: "AROAEARLIER" }] },
    ],
    ["an entry for nodes", {}, /for nodes/, { entries: [{ ...entry, type: "EC2_LINUX" }] }],
  ];
  for (const [what, token, reason, world] of refused)
    it(`refuses ${what}`, async () => {
      const answer = await whoIs(token, world).catch((error: unknown) => error);
      expect(answer).to.be.instanceOf(Unauthenticated).with.property("message").that.matches(reason);
    });
});
