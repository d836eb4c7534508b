import { contains } from "./ipv4Ranges";

/** What a runner may reach over TCP in a private network. */
export interface PrivateDestination {
  /** IPv4 range, `/32` for a single address. */
  cidrBlock: string;
  port: number;
}

/** What the network ACL of the runners' subnets is made from. IPv4 throughout: the subnets have no other addresses. */
export interface RunnerNetworkAclRanges {
  /** All ranges of the VPC. */
  vpcCidrBlocks: string[];
  /** Ranges of the subnets in which EKS puts the control plane's network interfaces. */
  controlPlaneCidrBlocks: string[];
  /** What else may be reached in private networks. */
  privateDestinations: PrivateDestination[];
}

/** A rule as `aws.ec2.NetworkAcl` takes it. */
export interface NetworkAclRule {
  ruleNo: number;
  action: "allow" | "deny";
  /** Number of the protocol, or `-1` for all. */
  protocol: string;
  cidrBlock: string;
  fromPort: number;
  toPort: number;
}

/**
 * Ranges of private networks (RFC 1918, RFC 6598). Those beyond the VPC are closed too: where a NAT gateway's subnet has
 * a route to a transit gateway, what comes through it arrives there with an address of the VPC.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
 */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/**
 * Rules that a network ACL takes in each direction, the one that denies the rest included. More can be asked for.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export const rulesPerNetworkAcl = 20;

/**
 * AWS services that a build in the VPC calls, as their endpoints' names end: the dry run finds its cluster, CodeBuild writes
 * the log and reports. An interface endpoint of the VPC for one of them is a private destination.
 */
export const calledServices = ["eks", "logs", "sts", "codebuild"];

const https = 443;
/** By its number, as EC2 keeps it. */
const tcp = "6";
const everywhere = "0.0.0.0/0";
/** Where answers arrive: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html */
const ephemeralPorts = { fromPort: 1024, toPort: 65535 };

/**
 * The rules: what is named, then nothing private, then HTTPS to the internet; the first that matches decides. A network ACL
 * knows no connections, so the answers have rules of their own.
 *
 * Names are resolved all the same, because a network ACL does not see what goes to Amazon's own DNS:
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function runnerNetworkAclRules(ranges: RunnerNetworkAclRanges): {
  egress: NetworkAclRule[];
  ingress: NetworkAclRule[];
} {
  const { controlPlaneCidrBlocks, privateDestinations } = ranges;
  const named = new Set(privateDestinations.map(({ cidrBlock }) => cidrBlock));
  const closed = closedRanges(ranges);
  return {
    egress: [
      ...numbered(100, controlPlaneCidrBlocks, (cidrBlock) => allow(cidrBlock, ports(https))),
      ...numbered(200, privateDestinations, ({ cidrBlock, port }) => allow(cidrBlock, ports(port))),
      ...numbered(300, closed, deny),
      ...numbered(400, [everywhere], (cidrBlock) => allow(cidrBlock, ports(https))),
    ],
    ingress: [
      ...numbered(100, controlPlaneCidrBlocks, (cidrBlock) => allow(cidrBlock, ephemeralPorts)),
      ...numbered(200, [...named], (cidrBlock) => allow(cidrBlock, ephemeralPorts)),
      ...numbered(300, closed, deny),
      ...numbered(400, [everywhere], (cidrBlock) => allow(cidrBlock, ephemeralPorts)),
    ],
  };
}

/** The private ranges first: they keep their numbers, so no change of the VPC ever opens them for a moment. */
function closedRanges({ vpcCidrBlocks }: RunnerNetworkAclRanges): string[] {
  const others = vpcCidrBlocks.filter((block) => !privateRanges.some((range) => contains(range, block)));
  return [...privateRanges, ...others];
}

type RuleWithoutNumber = Omit<NetworkAclRule, "ruleNo">;

function numbered<T>(first: number, items: T[], rule: (item: T) => RuleWithoutNumber): NetworkAclRule[] {
  return items.map((item, index) => ({ ruleNo: first + index, ...rule(item) }));
}

const ports = (port: number) => ({ fromPort: port, toPort: port });

function allow(
  cidrBlock: string,
  { fromPort, toPort }: Pick<NetworkAclRule, "fromPort" | "toPort">,
): RuleWithoutNumber {
  return { action: "allow", protocol: tcp, cidrBlock, fromPort, toPort };
}

/** All protocols and ports, which the provider wants written as 0. */
function deny(cidrBlock: string): RuleWithoutNumber {
  return { action: "deny", protocol: "-1", cidrBlock, fromPort: 0, toPort: 0 };
}
