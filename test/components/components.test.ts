import * as github from "@pulumi/github";
import { expect } from "chai";
import { describe, it } from "mocha";
import { ClusterAccess } from "../../components/clusterAccess";
import { CodeBuildRunner, type CodeBuildRunnerArgs } from "../../components/codeBuildRunner";
import { webhookFilters } from "../../components/webhookFilters";
import { DryRunWorkflow } from "../../components/dryRunWorkflow";
import { RunnerNetwork } from "../../components/runnerNetwork";
import type { GithubCredential } from "../../components/runnerPolicy";
import { mockStack, namesOf, only, registeredUrns, requestFor, settled } from "../pulumiMocks";
import { registeredBy } from "./registeredBy";

const tags = { team: "data-platform" };

describe("RunnerNetwork", () => {
  const registered = () =>
    registeredBy(
      () =>
        new RunnerNetwork("net", {
          vpcId: "vpc-1",
          subnets: [
            { availabilityZone: "ap-south-1a", cidrBlock: "10.0.0.0/27", natGatewayId: "nat-1" },
            { availabilityZone: "ap-south-1b", cidrBlock: "10.0.0.32/27", routeTableId: "rtb-1" },
          ],
          vpcCidrBlocks: ["10.0.0.0/16"],
          controlPlaneCidrBlocks: ["10.0.16.0/20"],
          privateDestinations: [
            { cidrBlock: "10.0.48.0/24", port: 443 },
            { cidrBlock: "192.168.1.7/32", port: 3128 },
          ],
          tags,
        }),
    );

  it("makes exactly these resources, each named after the component and its zone", async () => {
    const all = (await registered()).map(({ type, name }) => `${type} ${name}`);
    expect(all).to.have.members([
      "eks-dryrun-runner:index:RunnerNetwork net",
      "aws:ec2/subnet:Subnet net-runner-ap-south-1a",
      "aws:ec2/subnet:Subnet net-runner-ap-south-1b",
      "aws:ec2/routeTable:RouteTable net-runner-ap-south-1a",
      "aws:ec2/route:Route net-runner-ap-south-1a",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-runner-ap-south-1a",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-runner-ap-south-1b",
      "aws:ec2/networkAcl:NetworkAcl net-runner",
      "aws:ec2/securityGroup:SecurityGroup net-runner",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule net-https-out",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule net-192.168.1.7/32-3128-out",
    ]);
  });

  it("puts one network ACL on all its subnets, with its rules inside", async () => {
    const { inputs } = only(await registered(), "aws:ec2/networkAcl:NetworkAcl");
    expect(inputs).to.deep.include({
      vpcId: "vpc-1",
      subnetIds: ["net-runner-ap-south-1a-id", "net-runner-ap-south-1b-id"],
      tags: { Name: "net-runner", ...tags },
    });
    expect(inputs.egress).to.deep.include({
      ruleNo: 201,
      action: "allow",
      protocol: "6",
      cidrBlock: "192.168.1.7/32",
      fromPort: 3128,
      toPort: 3128,
    });
  });

  it("gives nobody its subnets before the network ACL is on them", async () => {
    const all = await registeredBy(() => {
      const network = new RunnerNetwork("net", {
        vpcId: "vpc-1",
        subnets: [{ availabilityZone: "ap-south-1a", cidrBlock: "10.0.0.0/27", natGatewayId: "nat-1" }],
        vpcCidrBlocks: ["10.0.0.0/16"],
        controlPlaneCidrBlocks: ["10.0.16.0/20"],
        tags,
      });
      const { clusterArn, ...args } = runnerArgs;
      new CodeBuildRunner("run", { ...args, clusterArn, subnetIds: network.subnetIds });
    });
    const { dependsOn } = requestFor(only(all, "aws:codebuild/project:Project"));
    expect(dependsOn.filter((urn) => urn.includes("networkAcl"))).to.have.length(1);
  });

  it("gives a subnet its range and zone and never a public address", async () => {
    const { inputs } = only(await registered(), "aws:ec2/subnet:Subnet", "net-runner-ap-south-1b");
    expect(inputs).to.deep.equal({
      vpcId: "vpc-1",
      availabilityZone: "ap-south-1b",
      cidrBlock: "10.0.0.32/27",
      mapPublicIpOnLaunch: false,
      tags: { Name: "net-runner-ap-south-1b", ...tags },
    });
  });

  it("frees a subnet's range and place before it is made anew", async () => {
    const all = await registered();
    for (const type of ["aws:ec2/subnet:Subnet", "aws:ec2/routeTableAssociation:RouteTableAssociation"]) {
      const request = requestFor(only(all, type, "net-runner-ap-south-1a"));
      expect(request.deleteBeforeReplace, type).to.equal(true);
    }
  });

  it("uses the route table that is given", async () => {
    const all = await registered();
    const association = only(
      all,
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      "net-runner-ap-south-1b",
    );
    expect(association.inputs.routeTableId).to.equal("rtb-1");
  });

  it("parents all of it to itself", async () => {
    await registered();
    for (const urn of registeredUrns().filter((one) => one.includes("aws:"))) {
      expect(urn).to.include("eks-dryrun-runner:index:RunnerNetwork$aws:");
    }
  });
});

const runnerArgs: CodeBuildRunnerArgs = {
  projectName: "runner-of-test",
  accountId: "123456789012",
  region: "ap-south-1",
  repository: "example-org/kubernetes-manifests",
  githubCredential: { type: "default" },
  workflowNames: ["K8s Dryrun"],
  clusterArn: "arn:aws:eks:ap-south-1:123456789012:cluster/c",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1"],
  subnetArns: ["arn:aws:ec2:ap-south-1:123456789012:subnet/subnet-1"],
  securityGroupId: "sg-1",
  securityGroupArn: "arn:aws:ec2:ap-south-1:123456789012:security-group/sg-1",
  computeType: "BUILD_GENERAL1_MEDIUM",
  image: "aws/codebuild/standard:7.0",
  buildTimeoutMinutes: 45,
  queuedTimeoutMinutes: 10,
  logRetentionDays: 14,
  tags,
};

describe("CodeBuildRunner", () => {
  const runner = (args: Partial<CodeBuildRunnerArgs> = {}) =>
    registeredBy(() => new CodeBuildRunner("run", { ...runnerArgs, ...args }));

  it("passes compute, image, timeouts and retention on as they are given", async () => {
    const all = await runner();
    const project = only(all, "aws:codebuild/project:Project");
    expect(project.inputs).to.include({ buildTimeout: 45, queuedTimeout: 10 });
    expect(project.inputs.environment).to.include({
      computeType: "BUILD_GENERAL1_MEDIUM",
      image: "aws/codebuild/standard:7.0",
    });
    expect(only(all, "aws:cloudwatch/logGroup:LogGroup").inputs).to.deep.equal({
      name: "/aws/codebuild/runner-of-test",
      retentionInDays: 14,
      tags,
    });
  });

  it("puts the build into the given network only", async () => {
    const { inputs } = only(await runner(), "aws:codebuild/project:Project");
    expect(inputs.vpcConfig).to.deep.equal({
      vpcId: "vpc-1",
      subnets: ["subnet-1"],
      securityGroupIds: ["sg-1"],
    });
  });

  const credentials: [GithubCredential, unknown][] = [
    [
      { type: "connection", arn: "arn:aws:codeconnections:r:1:connection/c" },
      { type: "CODECONNECTIONS", resource: "arn:aws:codeconnections:r:1:connection/c" },
    ],
    [
      { type: "secret", arn: "arn:aws:secretsmanager:r:1:secret:s" },
      { type: "SECRETS_MANAGER", resource: "arn:aws:secretsmanager:r:1:secret:s" },
    ],
    [{ type: "default" }, undefined],
  ];
  for (const [githubCredential, auth] of credentials) {
    it(`authenticates with the ${githubCredential.type} credential, and never sets the account's`, async () => {
      const all = await runner({ githubCredential });
      const source = only(all, "aws:codebuild/project:Project").inputs.source as Record<string, unknown>;
      expect(source.auth).to.deep.equal(auth);
      expect(namesOf(all, "aws:codebuild/sourceCredential:SourceCredential")).to.deep.equal([]);
    });
  }

  it("bounds the role where a boundary is given, and leaves it out otherwise", async () => {
    const arn = "arn:aws:iam::123456789012:policy/boundary";
    const bounded = only(await runner({ permissionsBoundaryArn: arn }), "aws:iam/role:Role");
    expect(bounded.inputs.permissionsBoundary).to.equal(arn);
    expect(only(await runner(), "aws:iam/role:Role").inputs).to.not.have.property("permissionsBoundary");
  });
});

describe("the webhook's filters", () => {
  const pattern = (filters: ReturnType<typeof webhookFilters>, type: string) =>
    new RegExp(filters.find((filter) => filter.type === type)?.pattern ?? "(?!)");

  it("match the whole name of the workflow, with its special characters as they are", () => {
    const name = pattern(webhookFilters(["K8s (dry+run)"]), "WORKFLOW_NAME");
    expect(name.test("K8s (dry+run)")).to.equal(true);
    for (const other of ["K8s (dry+run) 2", "x K8s (dry+run)", "K8s dryyrun"]) {
      expect(name.test(other), other).to.equal(false);
    }
  });

  it("match the whole names of two workflows", () => {
    const name = pattern(webhookFilters(["K8s Dryrun", "K8s Apply"]), "WORKFLOW_NAME");
    for (const own of ["K8s Dryrun", "K8s Apply"]) expect(name.test(own), own).to.equal(true);
    for (const other of ["K8s Dryrun 2", "x K8s Apply", "K8s Apply\nK8s Dryrun", "K8s Dryrun|K8s Apply"])
      expect(name.test(other), other).to.equal(false);
  });

  it("match whole actor ids, never a part of one", () => {
    const actor = pattern(webhookFilters(["w"], [12, 345]), "ACTOR_ACCOUNT_ID");
    for (const id of ["12", "345"]) expect(actor.test(id), id).to.equal(true);
    for (const id of ["123", "312", "1", "3456", "12|345", "12\n9"])
      expect(actor.test(id), id).to.equal(false);
  });

  it("have no actor filter where everybody may use the runner", () => {
    expect(webhookFilters(["w"]).map(({ type }) => type)).to.deep.equal(["EVENT", "WORKFLOW_NAME"]);
  });
});

describe("ClusterAccess", () => {
  it("makes one rule and one entry, and nothing that grants more", async () => {
    const all = await registeredBy(
      () =>
        new ClusterAccess("access", {
          clusterName: "c",
          clusterSecurityGroupId: "sg-cluster",
          runnerSecurityGroupId: "sg-runner",
          runnerRoleArn: "arn:aws:iam::123456789012:role/r",
          runnerRoleUniqueId: "AROAEXAMPLE",
          tags,
        }),
    );
    expect(all.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "eks-dryrun-runner:index:ClusterAccess access",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule access-runner-to-control-plane",
      "aws:eks/accessEntry:AccessEntry access-runner",
    ]);
    expect(only(all, "aws:eks/accessEntry:AccessEntry").inputs).to.deep.equal({
      clusterName: "c",
      principalArn: "arn:aws:iam::123456789012:role/r",
      kubernetesGroups: ["pr-dry-run"],
      type: "STANDARD",
      tags,
    });
  });
});

describe("DryRunWorkflow", () => {
  const files = ["action.yml", "main.cjs", "workflow.yml"].map((path) => ({
    path,
    content: `text of ${path}`,
  }));

  it("commits each file after the one before it", async () => {
    const all = await registeredBy(
      () =>
        new DryRunWorkflow(
          "flow",
          { repository: "manifests", files },
          { providers: { github: new github.Provider("github", { owner: "example-org" }) } },
        ),
    );
    const committed = all.filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile");
    expect(committed.map(({ inputs }) => inputs.file)).to.deep.equal(files.map(({ path }) => path));
    const waits = committed.map((file) => requestFor(file).dependsOn.map((urn) => urn.split("::").at(-1)));
    expect(waits).to.deep.equal([[], ["flow-action.yml"], ["flow-main.cjs"]]);
  });

  it("refuses to commit nothing", async () => {
    await mockStack("test", { functions: {} });
    expect(() => new DryRunWorkflow("flow", { repository: "manifests", files: [] })).to.throw(
      "files is empty, expected at least the workflow",
    );
    await settled();
  });
});
