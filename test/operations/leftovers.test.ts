import { expect } from "chai";
import { describe, it } from "mocha";
import { awsLeftovers } from "../../operations/leftovers/awsLeftovers";
import { awsClients, type AwsClients } from "../../operations/doctor/awsClients";
import type { Subject } from "../../operations/doctor/subject";
import { findAll, type Found } from "../../operations/leftovers/found";
import type { StackState } from "../../operations/leftovers/stackState";
import { environments, hasRunner } from "../../stacks/environments";

const environment = environments.filter(hasRunner).find(({ name }) => name === "kr-production")!;
const role = "kr-production-runner-1a2b3c4";
const principalArn = `arn:aws:iam::123456789012:role/${role}`;

const found: Found = {
  accessEntries: [{ principalArn }],
  webhooks: [{ projectName: "runner" }],
  projects: [{ name: "runner" }],
  rules: [{ id: "sgr-1", groupId: "sg-1", isEgress: true }],
  associations: [{ id: "rtbassoc-1", subnetId: "subnet-1", routeTableId: "rtb-1" }],
  routes: [{ routeTableId: "rtb-1", destination: "0.0.0.0/0" }],
  aclAssociations: [],
  networkAcls: [{ id: "acl-1" }],
  subnets: [{ id: "subnet-1" }],
  routeTables: [{ id: "rtb-1" }],
  securityGroups: [{ id: "sg-1" }],
  rolePolicies: [{ role, policy: "policy-1" }],
  roles: [{ name: role }],
  logGroups: [{ name: "/aws/codebuild/runner" }],
};

const resource = (type: string, id: string, outputs = {}) => ({ urn: `urn:${type}`, type, id, outputs });
const state: StackState = {
  pending: [],
  resources: [
    resource("aws:eks/accessEntry:AccessEntry", `cluster:${principalArn}`, { principalArn }),
    resource("aws:codebuild/webhook:Webhook", "runner"),
    resource("aws:codebuild/project:Project", "arn:of:project", { name: "runner" }),
    resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "sgr-1"),
    // An association gets another id when it is led elsewhere.
    resource("aws:ec2/routeTableAssociation:RouteTableAssociation", "rtbassoc-0", { subnetId: "subnet-1" }),
    resource("aws:ec2/route:Route", "r-1", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }),
    resource("aws:ec2/networkAcl:NetworkAcl", "acl-1"),
    resource("aws:ec2/subnet:Subnet", "subnet-1"),
    resource("aws:ec2/routeTable:RouteTable", "rtb-1"),
    resource("aws:ec2/securityGroup:SecurityGroup", "sg-1"),
    resource("aws:iam/rolePolicy:RolePolicy", `${role}:policy-1`),
    resource("aws:iam/role:Role", role),
    resource("aws:cloudwatch/logGroup:LogGroup", "/aws/codebuild/runner"),
  ],
};

describe("npm run leftovers", () => {
  it("finds nothing in what the state knows", () => {
    expect(awsLeftovers(environment, state, found)).to.deep.equal([]);
  });

  for (const [index, { type }] of state.resources.entries()) {
    it(`finds what the state has lost of ${type}, and that alone`, () => {
      const resources = state.resources.filter((_resource, position) => position !== index);
      const leftovers = awsLeftovers(environment, { ...state, resources }, found);
      expect(leftovers).to.have.length(1);
      expect(leftovers[0]?.command).to.match(/^aws .* --region ap-northeast-2$/);
    });
  }

  it("takes away first what uses another", () => {
    const commands = awsLeftovers(environment, { resources: [], pending: [] }, found).map(
      ({ command }) => command.split(" ")[2],
    );
    expect(commands).to.deep.equal([
      "delete-access-entry",
      "delete-webhook",
      "delete-project",
      "revoke-security-group-egress",
      "disassociate-route-table",
      "delete-route",
      "delete-network-acl",
      "delete-subnet",
      "delete-route-table",
      "delete-security-group",
      "delete-role-policy",
      "delete-role",
      "delete-log-group",
    ]);
  });

  it("gives subnets back to the VPC's network ACL before it takes away one that no state knows", () => {
    const association = {
      id: "aclassoc-1",
      subnetId: "subnet-1",
      networkAclId: "acl-1",
      defaultAclId: "acl-vpc",
    };
    const associated = { ...found, aclAssociations: [association] };
    expect(awsLeftovers(environment, state, associated)).to.deep.equal([]);
    const resources = state.resources.filter(({ id }) => id !== "acl-1");
    const commands = awsLeftovers(environment, { ...state, resources }, associated).map(
      ({ command }) => command,
    );
    expect(commands).to.deep.equal([
      "aws ec2 replace-network-acl-association --association-id aclassoc-1 --network-acl-id acl-vpc --region ap-northeast-2",
      "aws ec2 delete-network-acl --network-acl-id acl-1 --region ap-northeast-2",
    ]);
  });
});

describe("what leftovers looks for in AWS", () => {
  const tags = { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": "kr-production" };
  const arnOf = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
  const roles = [
    "kr-production-runner-1a2b3c4",
    "kr-production-apply-1a2b3c4",
    "kr-production-release",
    "kr-production-release-of-others",
    "in-production-apply-1a2b3c4",
  ];
  const own = roles.slice(0, 3);
  const projects = ["kubectl-to-trocco-kr-production", "kubectl-to-trocco-kr-production-apply"];
  const logGroups = [...projects, "kubectl-to-trocco-kr-production-of-others"].map(
    (name) => `/aws/codebuild/${name}`,
  );
  const answers: Record<string, (input: Record<string, string & string[]>) => object> = {
    ListRoles: () => ({ Roles: roles.map((RoleName) => ({ RoleName })) }),
    ListRoleTags: () => ({ Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    ListRolePolicies: () => ({ PolicyNames: ["policy"] }),
    ListAccessEntries: () => ({ accessEntries: roles.map(arnOf) }),
    DescribeAccessEntry: () => ({ accessEntry: { tags } }),
    BatchGetProjects: ({ names = [] as never }) => ({
      projects: names.map((name) => ({
        name,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      })),
    }),
    DescribeLogGroups: () => ({
      logGroups: logGroups.map((logGroupName) => ({ logGroupName, arn: logGroupName })),
    }),
    ListTagsForResource: () => ({ tags }),
  };

  /** The real clients, answered before anything is sent; EC2 has nothing. */
  function fakeAws(region: string): AwsClients {
    const clients = awsClients({ region, credentials: { accessKeyId: "fake", secretAccessKey: "fake" } });
    for (const { middlewareStack } of Object.values(clients) as AwsClients["ec2"][])
      middlewareStack.add(
        (_next, { commandName = "" }) =>
          ({ input }) => {
            const output = answers[commandName.replace(/Command$/, "")]?.(input as never) ?? {};
            return Promise.resolve({ response: {}, output: output as never });
          },
        { step: "initialize", priority: "low" },
      );
    return clients;
  }

  it("is what a runner has, and what applies releases, by the stack's names", async () => {
    const found = await findAll({ environment, aws: fakeAws } as unknown as Subject);
    expect(found.projects.map(({ name }) => name)).to.deep.equal(projects);
    expect(found.roles.map(({ name }) => name)).to.deep.equal(own);
    expect(found.rolePolicies.map(({ role }) => role)).to.deep.equal(own);
    expect(found.accessEntries.map(({ principalArn }) => principalArn)).to.deep.equal(own.map(arnOf));
    expect(found.logGroups.map(({ name }) => name)).to.deep.equal(logGroups.slice(0, 2));
  });
});
