import { expect } from "chai";
import { before, describe, it } from "mocha";
import { only, requestFor } from "../pulumiMocks";
import type { ProgramRun } from "./runProgram";
import { deployed, own, refusal, up } from "./up";

const stack = "in-production";
const create = { [own("cluster")]: "create", [own("clusterVpcCidrBlock")]: "10.30.0.0/16" };
const given = {
  [own("cluster")]: "create",
  [own("clusterSubnetIds")]: '["subnet-0000000a","subnet-0000000b"]',
};
/** Two private subnets with ids as EC2 has them. */
const ownSubnets = [
  {
    id: "subnet-0000000a",
    cidrBlock: "10.30.16.0/20",
    availabilityZone: "ap-south-1a",
    tags: {},
    vpcId: "vpc-1",
  },
  {
    id: "subnet-0000000b",
    cidrBlock: "10.30.32.0/20",
    availabilityZone: "ap-south-1b",
    tags: {},
    vpcId: "vpc-1",
  },
];

describe("a stack that makes its cluster, with a VPC,", () => {
  let run: ProgramRun;
  before(async () => {
    run = await up(stack, { config: create });
    if (run.error) throw run.error;
  });

  it("makes it of the name and version in the registry, in the first two parts of the VPC", () => {
    expect(only(run.registered, "eks:index:Cluster").inputs).to.include({
      name: "trocco-in-production",
      version: "1.35",
      vpcId: `${stack}-cluster-id`,
    });
    const subnets = run.registered.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    expect(
      subnets.map(({ inputs }) => `${String(inputs.availabilityZone)} ${String(inputs.cidrBlock)}`),
    ).to.have.members([
      "ap-south-1a 10.30.0.0/27",
      "ap-south-1b 10.30.0.32/27",
      "ap-south-1a 10.30.0.64/27",
      "ap-south-1a 10.30.96.0/27",
      "ap-south-1b 10.30.96.32/27",
    ]);
  });

  it("leads every runner subnet to the new NAT gateway", () => {
    for (const zone of ["ap-south-1a", "ap-south-1b"]) {
      const { inputs } = only(run.registered, "aws:ec2/route:Route", `${stack}-runner-${zone}`);
      expect(inputs.natGatewayId).to.equal(`${stack}-nat-id`);
    }
  });

  it("opens the new control plane to the runner and nothing else of the VPC", () => {
    const { inputs } = only(run.registered, "aws:ec2/networkAcl:NetworkAcl");
    const egress = inputs.egress as { action: string; cidrBlock: string }[];
    expect(egress.slice(0, 3).map(({ action, cidrBlock }) => `${action} ${cidrBlock}`)).to.deep.equal([
      "allow 10.30.0.0/27",
      "allow 10.30.0.32/27",
      "deny 10.0.0.0/8",
    ]);
  });

  it("admits the runner by the security group that EKS made, not by one of @pulumi/eks", () => {
    const rule = only(run.registered, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(rule.inputs.securityGroupId).to.equal(`sg-of-eks-${stack}`);
    const entry = only(run.registered, "aws:eks/accessEntry:AccessEntry");
    expect(entry.inputs.clusterName).to.equal(`the cluster ${stack}`);
    const policy = only(run.registered, "aws:iam/rolePolicy:RolePolicy").inputs.policy as string;
    expect(policy).to.include(`arn:aws:eks:r:123456789012:cluster/${stack}`);
  });

  it("protects the cluster, the VPC and all that belongs to them, and nothing else", () => {
    const components = /index:(ClusterVpc|PrivateCluster)(\$|::)/;
    for (const one of run.registered.filter(({ type }) => !type.startsWith("pulumi:"))) {
      const urn = run.urns.find((candidate) => candidate.endsWith(`${one.type}::${one.name}`)) ?? "";
      expect(requestFor(one).protect, urn).to.equal(components.test(urn));
    }
  });

  it("says that the cluster is the stack's own", () => {
    expect(run.outputs.createdClusterArn).to.equal(`arn:aws:eks:r:123456789012:cluster/${stack}`);
  });
});

describe("a stack that makes its cluster, in a VPC that is there,", () => {
  it("gives it the named subnets, and makes no VPC and no way out", async () => {
    const run = await up(stack, { config: given, region: (region) => region.subnets.push(...ownSubnets) });
    if (run.error) throw run.error;
    expect(only(run.registered, "eks:index:Cluster").inputs).to.deep.include({
      vpcId: "vpc-1",
      subnetIds: ["subnet-0000000a", "subnet-0000000b"],
    });
    const types = run.registered.map(({ type }) => type);
    expect(types).to.not.include.members(["aws:ec2/vpc:Vpc"]);
    expect(types).to.not.include.members(["aws:ec2/natGateway:NatGateway"]);
    const { inputs } = only(run.registered, "aws:ec2/route:Route", `${stack}-runner-ap-south-1a`);
    expect(inputs.natGatewayId).to.equal("nat-a");
  });

  it("names all that is wrong with the subnets and their VPC at once", async () => {
    const run = await up(stack, {
      config: given,
      region: (region) => {
        const [first, second] = ownSubnets;
        region.subnets.push(
          { ...first!, mapPublicIpOnLaunch: true },
          { ...second!, availabilityZone: "ap-south-1a", vpcId: "vpc-2" },
        );
        region.vpc.enableDnsSupport = false;
        region.connection.connectionStatus = "PENDING";
      },
    });
    const message = refusal(run);
    expect(message).to.include("clusterSubnetIds are in the VPCs vpc-1, vpc-2, expected one VPC");
    expect(message).to.include("clusterSubnetIds are all in ap-south-1a, expected two zones or more");
    expect(message).to.include("subnet-0000000a gives out public addresses");
    expect(message).to.include("enable-dns-support off");
    expect(message).to.include("is PENDING, expected AVAILABLE");
  });

  it("names a subnet that is not there", async () => {
    const message = refusal(await up(stack, { config: given }));
    expect(message).to.include("eks-dryrun-runner:clusterSubnetIds could not be looked up");
  });
});

describe("a stack that makes its cluster", () => {
  it("refuses a name that another cluster has", async () => {
    const others = await up(stack, {
      config: create,
      region: (region) => {
        region.clusterNames = ["trocco-in-production"];
        region.cluster.tags = { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": "kr-production" };
      },
    });
    expect(refusal(others)).to.match(/There is an EKS cluster trocco-in-production.*\n.*cluster existing/);
  });

  it("knows its own cluster at the next update", async () => {
    const again = await up(stack, {
      config: create,
      region: (region) => {
        region.clusterNames = ["trocco-in-production"];
        region.cluster.tags = { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": stack };
      },
    });
    expect(again.error).to.equal(undefined);
  });

  it("refuses more private destinations than the network ACL has room for", async () => {
    const destinations = Array.from({ length: 14 }, (_, index) => ({
      cidrBlock: `192.168.${String(index)}.0/24`,
      port: 443,
    }));
    const run = await up(stack, {
      config: { ...create, [own("privateDestinations")]: JSON.stringify(destinations) },
    });
    expect(refusal(run)).to.match(/network ACL would have \d+ rules/);
  });

  it("refuses to lose its cluster to a changed setting", async () => {
    const name = `organization/eks-dryrun-runner/${stack}`;
    const run = await up(stack, {
      stackOutputs: {
        ...deployed,
        [name]: { createdClusterArn: "arn:aws:eks:ap-south-1:123456789012:cluster/c" },
      },
    });
    expect(refusal(run)).to.match(/would delete the cluster.*Nothing was changed/);
    expect(refusal(run)).to.include(`pulumi config set eks-dryrun-runner:cluster create --stack ${stack}`);
  });
});
