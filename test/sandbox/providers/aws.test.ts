import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { awsProvider } from "../../../sandbox/providers/aws/provider";
import { unknown, type Values } from "../../../sandbox/providers/values";
import { Engine, secret } from "./engine";
import { ec2Error, FakeAws, iamError, jsonError, type Answer } from "./fakeAws";

const region = "ap-northeast-1";
const types = {
  subnet: "aws:ec2/subnet:Subnet",
  networkAcl: "aws:ec2/networkAcl:NetworkAcl",
  routeTable: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  project: "aws:codebuild/project:Project",
  webhook: "aws:codebuild/webhook:Webhook",
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  vpc: "aws:ec2/vpc:Vpc",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  eip: "aws:ec2/eip:Eip",
  natGateway: "aws:ec2/natGateway:NatGateway",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  cluster: "aws:eks/cluster:Cluster",
};
type TypeName = keyof typeof types;

const aclRule = (ruleNo: number, cidrBlock: string) => {
  return { ruleNo, action: "allow", protocol: "6", cidrBlock, fromPort: 443, toPort: 443 };
};

/** One resource of each type, as the program gives it. */
const inputsOf: Record<TypeName, Values> = {
  subnet: { vpcId: "vpc-1", cidrBlock: "10.0.0.0/24", availabilityZone: "ap-northeast-1a" },
  networkAcl: { vpcId: "vpc-1", subnetIds: ["subnet-1"], egress: [aclRule(100, "10.0.0.0/24")], ingress: [] },
  routeTable: { vpcId: "vpc-1" },
  route: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" },
  association: { routeTableId: "rtb-1", subnetId: "subnet-1" },
  securityGroup: { name: "runner", vpcId: "vpc-1", description: "Runner" },
  egress: { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
  ingress: {
    securityGroupId: "sg-1",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    referencedSecurityGroupId: "sg-2",
  },
  role: { name: "runner", assumeRolePolicy: '{"Version":"2012-10-17"}' },
  rolePolicy: { name: "runner", role: "runner", policy: '{"Version":"2012-10-17"}' },
  logGroup: { name: "/runner", retentionInDays: 7 },
  project: {
    name: "runner",
    serviceRole: "arn:aws:iam::123456789012:role/runner",
    artifacts: { type: "NO_ARTIFACTS" },
    environment: { type: "LINUX_CONTAINER", computeType: "BUILD_GENERAL1_SMALL", image: "standard:7.0" },
    source: { type: "GITHUB", location: "https://github.com/o/r.git", buildspec: "version: 0.2" },
    vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
    logsConfig: { cloudwatchLogs: { groupName: "/runner" } },
  },
  webhook: {
    projectName: "runner",
    filterGroups: [{ filters: [{ type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" }] }],
  },
  accessEntry: {
    clusterName: "c",
    principalArn: "arn:aws:iam::123456789012:role/runner",
    kubernetesGroups: ["dry-run"],
  },
  vpc: { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true, enableDnsSupport: true },
  internetGateway: { vpcId: "vpc-1" },
  eip: { domain: "vpc" },
  natGateway: { subnetId: "subnet-1", allocationId: "eipalloc-1" },
  attachment: { role: "eks", policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
  cluster: {
    name: "trial",
    version: "1.35",
    roleArn: "arn:aws:iam::123456789012:role/eks",
    vpcConfig: {
      subnetIds: ["subnet-1", "subnet-2"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    },
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    enabledClusterLogTypes: ["audit"],
    bootstrapSelfManagedAddons: true,
  },
};

describe("the stand-in of the aws provider", () => {
  let aws: FakeAws;
  let engine: Engine;

  beforeEach(async () => {
    aws = new FakeAws();
    await aws.start();
    engine = await Engine.start(awsProvider("7.48.0"));
  });
  afterEach(async () => {
    engine.stop();
    await aws.stop();
  });

  describe("on configuring", () => {
    it("guards the account", async () => {
      await engine.configure({ region, allowedAccountIds: '["123456789012"]' });
      expect(await messageOf(engine.configure({ region, allowedAccountIds: '["210987654321"]' }))).to.contain(
        "AWS account ID not allowed: 123456789012",
      );
    });

    it("refuses a setting that it does not know", async () => {
      expect(await messageOf(engine.configure({ region, assumeRoles: "[]" }))).to.contain("assumeRoles");
    });

    it("takes the region from the environment, and says how to set it where there is none", async () => {
      await engine.configure({});
      delete process.env.AWS_REGION;
      expect(await messageOf(engine.configure({}))).to.contain("pulumi config set aws:region");
    });
  });

  describe("on checking", () => {
    beforeEach(() => engine.configure({ region, defaultTags: '{"tags":{"team":"data","stage":"test"}}' }));

    for (const [name, type] of Object.entries(types)) {
      it(`accepts a ${name}, and refuses it with a property that it does not know`, async () => {
        const inputs = inputsOf[name as TypeName];
        expect((await engine.check(type, inputs)).failures).to.deep.equal([]);
        const { failures } = await engine.check(type, { ...inputs, sparkle: true });
        expect(failures.map(({ property }) => property)).to.deep.equal(["sparkle"]);
      });
    }

    it("gives a regional resource the provider's region, and a global one none", async () => {
      expect((await engine.check(types.subnet, inputsOf.subnet)).inputs.region).to.equal(region);
      const elsewhere = await engine.check(types.subnet, { ...inputsOf.subnet, region: "ap-south-1" });
      expect(elsewhere.inputs.region).to.equal("ap-south-1");
      expect((await engine.check(types.role, inputsOf.role)).inputs).to.not.have.property("region");
    });

    it("adds the provider's default tags, which the resource's own overrule", async () => {
      const { inputs } = await engine.check(types.subnet, { ...inputsOf.subnet, tags: { stage: "live" } });
      expect(inputs).to.deep.include({ tags: { stage: "live" }, tagsAll: { team: "data", stage: "live" } });
      const later = await engine.check(types.subnet, { ...inputsOf.subnet, tags: { stage: unknown } });
      expect(later.inputs.tagsAll).to.equal(unknown);
    });

    it("wants exactly one peer of a security group rule", async () => {
      const none = { ...inputsOf.egress, cidrIpv4: undefined };
      for (const inputs of [none, { ...inputsOf.egress, referencedSecurityGroupId: "sg-2" }]) {
        const { failures } = await engine.check(types.egress, inputs);
        expect(failures[0]?.reason).to.contain("exactly one of cidrIpv4");
      }
    });
  });

  describe("on comparing", () => {
    beforeEach(() => engine.configure({ region }));

    const inPlace: [name: TypeName, change: Values][] = [
      ["subnet", { mapPublicIpOnLaunch: true }],
      ["subnet", { tags: { a: "1" } }],
      ["networkAcl", { egress: [aclRule(100, "10.0.1.0/24")] }],
      ["networkAcl", { subnetIds: ["subnet-1", "subnet-2"] }],
      ["route", { natGatewayId: "nat-2" }],
      ["association", { routeTableId: "rtb-2" }],
      ["egress", { toPort: 444 }],
      ["egress", { cidrIpv4: "10.0.0.0/8" }],
      ["egress", { description: "Out" }],
      ["role", { assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' }],
      ["role", { description: "Runner" }],
      ["role", { permissionsBoundary: "arn:aws:iam::123456789012:policy/b" }],
      ["rolePolicy", { policy: '{"Version":"2012-10-17","Statement":[]}' }],
      ["logGroup", { retentionInDays: 14 }],
      ["project", { description: "Runner" }],
      ["project", { serviceRole: "arn:aws:iam::123456789012:role/other" }],
      ["project", { buildTimeout: 5 }],
      ["project", { environment: { ...(inputsOf.project.environment as Values), image: "standard:8.0" } }],
      [
        "project",
        { vpcConfig: { ...(inputsOf.project.vpcConfig as Values), subnets: ["subnet-1", "subnet-3"] } },
      ],
      ["webhook", { filterGroups: [{ filters: [{ type: "EVENT", pattern: "PUSH" }] }] }],
      ["accessEntry", { kubernetesGroups: ["other"] }],
      ["accessEntry", { userName: "other" }],
    ];
    const replacing: [name: TypeName, change: Values][] = [
      ["subnet", { vpcId: "vpc-2" }],
      ["subnet", { cidrBlock: "10.0.1.0/24" }],
      ["subnet", { availabilityZone: "ap-northeast-1c" }],
      ["subnet", { region: "ap-south-1" }],
      ["networkAcl", { vpcId: "vpc-2" }],
      ["routeTable", { vpcId: "vpc-2" }],
      ["route", { routeTableId: "rtb-2" }],
      ["route", { destinationCidrBlock: "10.0.0.0/8" }],
      ["association", { subnetId: "subnet-2" }],
      ["securityGroup", { name: "other" }],
      ["securityGroup", { description: "Other" }],
      ["securityGroup", { vpcId: "vpc-2" }],
      ["egress", { securityGroupId: "sg-2" }],
      ["egress", { cidrIpv4: undefined, referencedSecurityGroupId: "sg-2" }],
      ["role", { name: "other" }],
      ["role", { path: "/ci/" }],
      ["rolePolicy", { name: "other" }],
      ["rolePolicy", { role: "other" }],
      ["logGroup", { name: "/other" }],
      ["project", { name: "other" }],
      ["webhook", { projectName: "other" }],
      ["accessEntry", { clusterName: "other" }],
      ["accessEntry", { principalArn: "arn:aws:iam::123456789012:role/other" }],
      ["accessEntry", { type: "EC2_LINUX" }],
    ];
    const cases = [
      ...inPlace.map(([name, change]) => ({ name, change, replaces: false })),
      ...replacing.map(([name, change]) => ({ name, change, replaces: true })),
    ];
    for (const { name, change, replaces } of cases) {
      it(`${replaces ? "replaces" : "updates"} a ${name} whose ${Object.keys(change).join(" and ")} changes`, async () => {
        const { inputs: state } = await engine.check(types[name], inputsOf[name]);
        const { inputs } = await engine.check(types[name], { ...inputsOf[name], ...change });
        const found = await engine.diff(types[name], state, inputs);
        expect(found.changes).to.equal(true);
        if (replaces) expect(found.replaces).to.include.members(Object.keys(change));
        else expect(found.replaces).to.deep.equal([]);
      });
    }

    it("finds nothing in what CodeBuild shows of a project beyond what the program gave", async () => {
      const { inputs } = await engine.check(types.project, inputsOf.project);
      const state = {
        ...inputs,
        description: "",
        encryptionKey: "arn:aws:kms:ap-northeast-1:123456789012:alias/aws/s3",
        vpcConfig: { ...(inputs.vpcConfig as Values), subnets: ["subnet-2", "subnet-1"] },
        environment: { ...(inputs.environment as Values), environmentVariables: [] },
        source: {
          ...(inputs.source as Values),
          gitSubmodulesConfig: { fetchSubmodules: false },
          insecureSsl: false,
        },
        logsConfig: {
          cloudwatchLogs: { groupName: "/runner", status: "ENABLED" },
          s3Logs: { status: "DISABLED", encryptionDisabled: false },
        },
      };
      expect((await engine.diff(types.project, state, inputs)).detailed).to.deep.equal({});
    });
  });

  describe("on errors", () => {
    beforeEach(() => engine.configure({ region }));

    const project = {
      project: { name: "runner", arn: "arn:aws:codebuild:ap-northeast-1:123456789012:project/runner" },
    };
    const entry = {
      accessEntry: { clusterName: "c", principalArn: "arn:aws:iam::123456789012:role/runner" },
    };
    const entriesPath = "/clusters/c/access-entries";

    interface Case {
      what: string;
      /** The operation that fails first. */
      operation: string;
      passing: Answer;
      fatal: Answer;
      then: Answer;
      run: () => Promise<unknown>;
    }
    const cases: Case[] = [
      {
        what: "a project whose role's policy has no effect yet",
        operation: "CreateProject",
        passing: jsonError("InvalidInputException", "Not authorized to perform DescribeSecurityGroups"),
        fatal: jsonError("InvalidInputException", "Invalid vpc"),
        then: { body: project },
        run: async () => {
          aws.will("BatchGetProjects", { body: { projects: [project.project] } });
          const { inputs } = await engine.check(types.project, inputsOf.project);
          return engine.create(types.project, inputs);
        },
      },
      {
        what: "an access entry for a role that EKS does not know yet",
        operation: `POST ${entriesPath}`,
        passing: jsonError(
          "InvalidParameterException",
          "The specified principalArn is invalid: invalid principal.",
        ),
        fatal: jsonError("InvalidParameterException", "The group name must not start with system:"),
        then: { body: entry },
        run: async () => {
          aws.will(`GET ${entriesPath}/${entry.accessEntry.principalArn}`, { body: entry });
          const { inputs } = await engine.check(types.accessEntry, inputsOf.accessEntry);
          return engine.create(types.accessEntry, inputs);
        },
      },
      {
        what: "the deletion of a security group that is still in use",
        operation: "DeleteSecurityGroup",
        passing: ec2Error("DependencyViolation", "resource sg-1 has a dependent object"),
        fatal: ec2Error("UnauthorizedOperation", "You are not authorized"),
        then: { body: "<DeleteSecurityGroupResponse><return>true</return></DeleteSecurityGroupResponse>" },
        run: () => engine.delete(types.securityGroup, "sg-1", inputsOf.securityGroup),
      },
      {
        what: "the deletion of a subnet that is still in use",
        operation: "DeleteSubnet",
        passing: ec2Error("DependencyViolation", "The subnet 'subnet-1' has dependencies"),
        fatal: ec2Error("UnauthorizedOperation", "You are not authorized"),
        then: { body: "<DeleteSubnetResponse><return>true</return></DeleteSubnetResponse>" },
        run: () => engine.delete(types.subnet, "subnet-1", inputsOf.subnet),
      },
      {
        what: "the deletion of a network ACL that is still in use",
        operation: "DeleteNetworkAcl",
        passing: ec2Error("DependencyViolation", "The network ACL 'acl-1' has dependencies"),
        fatal: ec2Error("UnauthorizedOperation", "You are not authorized"),
        then: { body: "<DeleteNetworkAclResponse><return>true</return></DeleteNetworkAclResponse>" },
        run: () => {
          aws.will("DescribeNetworkAcls", describedAcl([]));
          return engine.delete(types.networkAcl, "acl-1", inputsOf.networkAcl);
        },
      },
      {
        what: "the deletion of a role that still has policies",
        operation: "DeleteRole",
        passing: iamError("DeleteConflict", "Cannot delete entity, must delete policies first."),
        fatal: iamError("UnmodifiableEntity", "A service-linked role"),
        then: { body: "<DeleteRoleResponse/>" },
        run: () => engine.delete(types.role, "runner", inputsOf.role),
      },
    ];
    for (const { what, operation, passing, fatal, then, run } of cases) {
      it(`tries again ${what}`, async () => {
        aws.will(operation, passing, then);
        await run();
        expect(aws.count(operation)).to.equal(2);
      });

      it(`does not try again another error than that of ${what}`, async () => {
        aws.will(operation, fatal);
        const message = await messageOf(run());
        expect(message).to.contain("https response error StatusCode: 4");
        expect(aws.count(operation)).to.equal(1);
      });
    }

    it("does not try again a webhook that is refused for want of permission, because the real one does not", async () => {
      aws.will(
        "CreateWebhook",
        jsonError("InvalidInputException", "Not authorized to perform UseConnection"),
      );
      const message = await messageOf(engine.create(types.webhook, inputsOf.webhook));
      expect(message).to.contain(
        "creating CodeBuild Webhook (runner): operation error CodeBuild: CreateWebhook, " +
          "https response error StatusCode: 400, RequestID: request-1, " +
          "InvalidInputException: Not authorized to perform UseConnection",
      );
      expect(aws.count("CreateWebhook")).to.equal(1);
    });

    it("tries again when AWS throttles", async () => {
      aws.will("DeleteProject", { ...jsonError("ThrottlingException", "Rate exceeded") }, { body: {} });
      await engine.delete(types.project, "runner", {});
      expect(aws.count("DeleteProject")).to.equal(2);
    });
  });

  describe("on making and reading", () => {
    beforeEach(() => engine.configure({ region }));

    it("keeps the webhook's secret, which AWS shows once, and keeps it secret", async () => {
      const webhook = { url: "https://api.github.com/hook", secret: "whisper", filterGroups: [] };
      aws.will("CreateWebhook", { body: { webhook } });
      aws.will("BatchGetProjects", {
        body: { projects: [{ name: "runner", webhook: { ...webhook, secret: undefined } }] },
      });
      const { id, state } = await engine.create(types.webhook, inputsOf.webhook);
      expect(state.secret).to.deep.equal(secret("whisper"));
      const found = await engine.read(types.webhook, id, state, inputsOf.webhook);
      expect(found.state.secret).to.deep.equal(secret("whisper"));
    });

    it("sees that a webhook went with its project", async () => {
      aws.will("BatchGetProjects", { body: { projects: [{ name: "runner" }] } });
      expect((await engine.read(types.webhook, "runner", inputsOf.webhook, inputsOf.webhook)).id).to.equal(
        "",
      );
    });

    it("takes away the egress that AWS gives every new security group", async () => {
      aws.will("CreateSecurityGroup", {
        body: "<CreateSecurityGroupResponse><groupId>sg-1</groupId></CreateSecurityGroupResponse>",
      });
      aws.will(
        "RevokeSecurityGroupEgress",
        {
          body: "<RevokeSecurityGroupEgressResponse><return>true</return></RevokeSecurityGroupEgressResponse>",
        },
        ec2Error("InvalidPermission.NotFound", "no such rule"),
      );
      aws.will("DescribeSecurityGroups", {
        body:
          "<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-1</groupId><groupName>runner</groupName>" +
          "</item></securityGroupInfo></DescribeSecurityGroupsResponse>",
      });
      await engine.create(types.securityGroup, inputsOf.securityGroup);
      const revoked = aws.calls.filter(({ operation }) => operation === "RevokeSecurityGroupEgress");
      expect(
        revoked.map(({ body }) => new URLSearchParams(body).get("IpPermissions.1.IpRanges.1.CidrIp")),
      ).to.deep.equal(["0.0.0.0/0", null]);
    });

    it("gives a subnet a new network ACL only when its rules are there", async () => {
      aws.will("CreateNetworkAcl", {
        body: "<CreateNetworkAclResponse><networkAcl><networkAclId>acl-1</networkAclId></networkAcl></CreateNetworkAclResponse>",
      });
      for (const operation of ["CreateNetworkAclEntry", "ReplaceNetworkAclAssociation"])
        aws.will(operation, { body: `<${operation}Response/>` });
      aws.will("DescribeNetworkAcls", describedAcl(["subnet-1"]));
      await engine.create(types.networkAcl, inputsOf.networkAcl);
      expect(
        aws.calls.map(({ operation }) => operation).filter((one) => !/^(Describe|Get)/.test(one)),
      ).to.deep.equal(["CreateNetworkAcl", "CreateNetworkAclEntry", "ReplaceNetworkAclAssociation"]);
    });

    it("takes away what changed of a network ACL before it adds, and leaves the rest", async () => {
      for (const operation of ["CreateNetworkAclEntry", "DeleteNetworkAclEntry"])
        aws.will(operation, { body: `<${operation}Response/>` });
      aws.will("DescribeNetworkAcls", describedAcl(["subnet-1"]));
      const state = {
        ...inputsOf.networkAcl,
        egress: [aclRule(100, "10.0.0.0/24"), aclRule(101, "10.0.1.0/24")],
      };
      const wanted = { ...state, egress: [aclRule(100, "10.0.0.0/24"), aclRule(101, "10.0.2.0/24")] };
      await engine.update(types.networkAcl, "acl-1", state, wanted);
      const writes = aws.calls.filter(({ operation }) => operation.endsWith("NetworkAclEntry"));
      expect(
        writes.map(({ operation, body }) => [operation, new URLSearchParams(body).get("RuleNumber")]),
      ).to.deep.equal([
        ["DeleteNetworkAclEntry", "101"],
        ["CreateNetworkAclEntry", "101"],
      ]);
    });

    it("calls the region that a resource names", async () => {
      aws.will("DeleteProject", { body: {} });
      await engine.delete(types.project, "runner", { region: "ap-south-1" });
      expect(aws.calls.at(-1)).to.include({ region: "ap-south-1", service: "codebuild" });
    });

    it("refuses to import an access entry without its cluster", async () => {
      expect(await messageOf(engine.read(types.accessEntry, "role"))).to.contain(
        "cluster-name:principal-arn",
      );
    });
  });
});

/** A network ACL with these subnets, as EC2 describes it. */
function describedAcl(subnetIds: string[]): Answer {
  const associations = subnetIds.map(
    (id) =>
      `<item><networkAclAssociationId>aclassoc-1</networkAclAssociationId><networkAclId>acl-1</networkAclId>` +
      `<subnetId>${id}</subnetId></item>`,
  );
  const acl = `<networkAclId>acl-1</networkAclId><vpcId>vpc-1</vpcId><associationSet>${associations.join("")}</associationSet>`;
  return {
    body: `<DescribeNetworkAclsResponse><networkAclSet><item>${acl}</item></networkAclSet></DescribeNetworkAclsResponse>`,
  };
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("expected the call to be refused");
}
