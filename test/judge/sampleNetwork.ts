import type { NetworkAclEntry, SecurityGroupRule, Snapshot } from "../../sandbox/judge/snapshot";

const allowAll = (egress: boolean): NetworkAclEntry => ({
  ruleNumber: 100,
  egress,
  action: "allow",
  protocol: "-1",
  cidrBlock: "0.0.0.0/0",
});

/** What a group lets through on a port of TCP. */
export function tcpRule(port: number, peers: Partial<SecurityGroupRule>): SecurityGroupRule {
  return {
    protocol: "tcp",
    fromPort: port,
    toPort: port,
    cidrBlocks: [],
    groupIds: [],
    prefixListIds: [],
    ...peers,
  };
}

/** A VPC with a runner's subnet behind a NAT gateway in a public subnet: all of it as it should be. */
export function sampleNetwork(): Snapshot {
  const subnet = (id: string, cidrBlock: string) => ({
    id,
    vpcId: "vpc-1",
    cidrBlock,
    availabilityZone: "ap-northeast-1a",
  });
  const local = { destinationCidrBlock: "10.0.0.0/16", target: "local", state: "active" } as const;
  return {
    region: "ap-northeast-1",
    vpcs: [{ id: "vpc-1", cidrBlocks: ["10.0.0.0/16"], dnsSupport: true, dnsHostnames: true }],
    subnets: [subnet("subnet-public", "10.0.0.0/24"), subnet("subnet-runner", "10.0.9.0/28")],
    routeTables: [
      { id: "rtb-main", vpcId: "vpc-1", isMain: true, subnetIds: [], routes: [local] },
      {
        id: "rtb-public",
        vpcId: "vpc-1",
        isMain: false,
        subnetIds: ["subnet-public"],
        routes: [local, { destinationCidrBlock: "0.0.0.0/0", target: "igw-1", state: "active" }],
      },
      {
        id: "rtb-runner",
        vpcId: "vpc-1",
        isMain: false,
        subnetIds: ["subnet-runner"],
        routes: [local, { destinationCidrBlock: "0.0.0.0/0", target: "nat-1", state: "active" }],
      },
    ],
    natGateways: [
      {
        id: "nat-1",
        vpcId: "vpc-1",
        subnetId: "subnet-public",
        state: "available",
        connectivity: "public",
        publicIp: "203.0.113.7",
      },
    ],
    internetGateways: [{ id: "igw-1", vpcIds: ["vpc-1"] }],
    securityGroups: [
      {
        id: "sg-runner",
        vpcId: "vpc-1",
        name: "runner",
        ingress: [],
        egress: [tcpRule(443, { cidrBlocks: ["0.0.0.0/0"] })],
      },
    ],
    networkAcls: [
      {
        id: "acl-1",
        vpcId: "vpc-1",
        isDefault: true,
        subnetIds: ["subnet-public", "subnet-runner"],
        entries: [allowAll(true), allowAll(false)],
      },
    ],
    clusters: [],
  };
}
