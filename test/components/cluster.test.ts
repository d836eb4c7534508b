import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { ClusterVpc } from "../../components/clusterVpc";
import { clusterVpcSubnets } from "../../components/clusterVpcSubnets";
import { contains, overlap, partOf } from "../../components/ipv4Ranges";
import { PrivateCluster } from "../../components/privateCluster";
import { only, registeredUrns, requestFor } from "../pulumiMocks";
import { registeredBy } from "./registeredBy";

const tags = { team: "data-platform" };
const cidrBlock = "10.10.0.0/16";

describe("ClusterVpc", () => {
  const registered = () =>
    registeredBy(
      () =>
        new ClusterVpc("net", {
          cidrBlock,
          ...clusterVpcSubnets(cidrBlock, ["ap-south-1a", "ap-south-1b"]),
          tags,
        }),
    );

  it("makes exactly these resources, each named after the component", async () => {
    expect((await registered()).map(({ type, name }) => `${type} ${name}`)).to.have.members([
      "eks-dryrun-runner:index:ClusterVpc net",
      "aws:ec2/vpc:Vpc net-cluster",
      "aws:ec2/subnet:Subnet net-control-plane-ap-south-1a",
      "aws:ec2/subnet:Subnet net-control-plane-ap-south-1b",
      "aws:ec2/subnet:Subnet net-nat",
      "aws:ec2/internetGateway:InternetGateway net-nat",
      "aws:ec2/routeTable:RouteTable net-nat",
      "aws:ec2/route:Route net-nat",
      "aws:ec2/routeTableAssociation:RouteTableAssociation net-nat",
      "aws:ec2/eip:Eip net-nat",
      "aws:ec2/natGateway:NatGateway net-nat",
    ]);
    for (const urn of registeredUrns().filter((one) => one.includes("aws:"))) {
      expect(urn).to.include("eks-dryrun-runner:index:ClusterVpc$aws:");
    }
  });

  it("resolves names, without which the private endpoint is not found", async () => {
    expect(only(await registered(), "aws:ec2/vpc:Vpc").inputs).to.deep.equal({
      cidrBlock,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { ...tags, Name: "net-cluster" },
    });
  });

  it("gives no subnet public addresses, and leads the NAT gateway's alone to the internet", async () => {
    const all = await registered();
    for (const { inputs } of all.filter(({ type }) => type === "aws:ec2/subnet:Subnet"))
      expect(inputs.mapPublicIpOnLaunch).to.equal(false);
    expect(only(all, "aws:ec2/route:Route").inputs).to.deep.equal({
      routeTableId: "net-nat-id",
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: "net-nat-id",
    });
    const association = only(all, "aws:ec2/routeTableAssociation:RouteTableAssociation");
    expect(requestFor(association).propertyDependencies.subnetId?.join()).to.match(/Subnet::net-nat$/);
    expect(only(all, "aws:ec2/natGateway:NatGateway").inputs).to.deep.include({
      allocationId: "eipalloc-net-nat",
      subnetId: "net-nat-id",
    });
  });

  it("takes the address and the NAT gateway away before the internet gateway", async () => {
    const all = await registered();
    for (const type of ["aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway"]) {
      expect(requestFor(only(all, type)).dependsOn.join(), type).to.include("internetGateway");
    }
  });
});

describe("PrivateCluster", () => {
  const overwrite = { resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" };
  const registered = () =>
    registeredBy(
      () =>
        new PrivateCluster("eks", {
          clusterName: "trial",
          kubernetesVersion: "1.35",
          vpcId: "vpc-1",
          subnetIds: ["subnet-1", "subnet-2"],
          logRetentionDays: 30,
          tags,
        }),
    );

  it("asks @pulumi/eks for a private cluster with access entries, and for nothing that needs nodes", async () => {
    expect(only(await registered(), "eks:index:Cluster").inputs).to.deep.equal({
      name: "trial",
      version: "1.35",
      vpcId: "vpc-1",
      subnetIds: ["subnet-1", "subnet-2"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
      authenticationMode: "API",
      enabledClusterLogTypes: ["api", "audit", "authenticator"],
      skipDefaultSecurityGroups: true,
      skipDefaultNodeGroup: true,
      useDefaultVpcCni: true,
      // What the SDK adds says nothing of an add-on that is off.
      corednsAddonOptions: { enabled: false, ...overwrite },
      kubeProxyAddonOptions: { enabled: false, ...overwrite },
      tags,
    });
  });

  it("keeps the control plane's logs as long as it is told, in a group that is there before the cluster", async () => {
    const all = await registered();
    expect(only(all, "aws:cloudwatch/logGroup:LogGroup").inputs).to.deep.equal({
      name: "/aws/eks/trial/cluster",
      retentionInDays: 30,
      tags,
    });
    const { propertyDependencies } = requestFor(only(all, "eks:index:Cluster"));
    expect(propertyDependencies.name?.join()).to.include("logGroup");
  });
});

describe("the subnets of a cluster's VPC", () => {
  it("are the first three parts of 32 addresses, whatever the VPC's size", () => {
    for (const range of ["10.10.0.0/16", "10.10.0.0/24"]) {
      const { controlPlaneSubnets, natSubnet } = clusterVpcSubnets(range, ["a", "b"]);
      expect([...controlPlaneSubnets, natSubnet].map((subnet) => subnet.cidrBlock)).to.deep.equal([
        "10.10.0.0/27",
        "10.10.0.32/27",
        "10.10.0.64/27",
      ]);
    }
  });
});

describe("the parts of an IPv4 range", () => {
  it("lie within it and apart, in order, and there are only as many as have room", () => {
    const ranges = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 24 }));
    fc.assert(
      fc.property(ranges, fc.integer({ min: 24, max: 28 }), ([second, prefixLength], partLength) => {
        const whole = `10.${String(second)}.0.0/${String(prefixLength)}`;
        const count = 2 ** (partLength - prefixLength);
        const [first, next] = [partOf(whole, partLength, 0), partOf(whole, partLength, count - 1)];
        expect(contains(whole, first) && contains(whole, next)).to.equal(true);
        expect(overlap(first, next)).to.equal(count === 1);
        expect(() => partOf(whole, partLength, count)).to.throw("has no");
      }),
    );
  });
});
