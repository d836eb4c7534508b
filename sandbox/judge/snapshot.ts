/**
 * What is deployed in a region, as plain data: the judges decide over this and nothing else. It says what AWS would say
 * of itself, not what a program meant to make.
 */
export interface Snapshot {
  /** AWS region code. */
  region: string;
  vpcs: Vpc[];
  subnets: Subnet[];
  routeTables: RouteTable[];
  natGateways: NatGateway[];
  internetGateways: InternetGateway[];
  securityGroups: SecurityGroup[];
  networkAcls: NetworkAcl[];
  clusters: Cluster[];
}

export interface Vpc {
  id: string;
  /** The first is the one it was made with. */
  cidrBlocks: string[];
  /** Names are resolved, and private zones are. */
  dnsSupport: boolean;
  dnsHostnames: boolean;
}

export interface Subnet {
  id: string;
  vpcId: string;
  cidrBlock: string;
  availabilityZone: string;
}

export interface RouteTable {
  id: string;
  vpcId: string;
  /** Subnets without a table of their own use the main table of their VPC. */
  isMain: boolean;
  subnetIds: string[];
  routes: Route[];
}

export interface Route {
  /** IPv4 range; undefined for routes to IPv6 ranges and prefix lists. */
  destinationCidrBlock?: string;
  /** What it leads to: `local`, or the id of a gateway, NAT gateway, network interface or another thing. */
  target: string;
  /** `blackhole` once the target is gone. */
  state: "active" | "blackhole";
}

export interface NatGateway {
  id: string;
  vpcId: string;
  subnetId: string;
  state: "pending" | "failed" | "available" | "deleting" | "deleted";
  connectivity: "public" | "private";
  /** What the world sees of those behind it; private gateways have none. */
  publicIp?: string;
}

export interface InternetGateway {
  id: string;
  /** VPCs that it is attached to. */
  vpcIds: string[];
}

export interface SecurityGroup {
  id: string;
  vpcId: string;
  name: string;
  ingress: SecurityGroupRule[];
  egress: SecurityGroupRule[];
}

/** What a rule lets through: traffic of a protocol and ports, with any of these peers. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, a protocol number, or `-1` for all traffic. */
  protocol: string;
  /** Both undefined for all traffic. */
  fromPort?: number;
  toPort?: number;
  /** IPv4 ranges. */
  cidrBlocks: string[];
  /** Security groups. */
  groupIds: string[];
  prefixListIds: string[];
}

export interface NetworkAcl {
  id: string;
  vpcId: string;
  isDefault: boolean;
  subnetIds: string[];
  /** By rule number: the first that matches decides. */
  entries: NetworkAclEntry[];
}

export interface NetworkAclEntry {
  ruleNumber: number;
  egress: boolean;
  action: "allow" | "deny";
  /** Number of the protocol, `6` for TCP, or `-1` for all. */
  protocol: string;
  /** IPv4 range; undefined for rules of IPv6. */
  cidrBlock?: string;
  /** Both undefined where the protocol has no ports or the rule is for all. */
  fromPort?: number;
  toPort?: number;
}

export interface Cluster {
  name: string;
  arn: string;
  vpcId: string;
  /** Where its network interfaces are. */
  subnetIds: string[];
  /** The group that EKS made and the ones that were given: all are on its network interfaces. */
  securityGroupIds: string[];
  /** The group that EKS made: one of the above. */
  clusterSecurityGroupId: string;
  privateEndpoint: boolean;
  publicEndpoint: boolean;
  /** IPv4 ranges that the public endpoint lets in. */
  publicAccessCidrs: string[];
}

/** What a judge says; the reason is for people. */
export type Judgement = { ok: true } | { ok: false; reason: string };

export const allowed: Judgement = { ok: true };

export const refused = (reason: string): Judgement => ({ ok: false, reason });

/** The first refusal, in the order given. */
export function firstRefusal(judgements: Judgement[]): Judgement {
  return judgements.find(({ ok }) => !ok) ?? allowed;
}
