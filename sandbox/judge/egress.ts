import { anyHost } from "./address";
import { judgeAcl, routeTo, rulesAllow } from "./network";
import {
  allowed,
  firstRefusal,
  refused,
  type Judgement,
  type NatGateway,
  type Snapshot,
  type Subnet,
} from "./snapshot";

/** Where something of a VPC sits. */
export interface Placement {
  subnetIds: string[];
  securityGroupIds: string[];
}

/** An address of GitHub's API, as https://api.github.com/meta lists them: what a runner must reach. */
const githubAddress = "140.82.114.6";
const https = 443;

/**
 * Whether a build in these subnets reaches GitHub and AWS: CodeBuild's network interfaces have no public address, so the
 * way out is a NAT gateway, which itself needs one.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
 *
 * CodeBuild takes any one of a project's subnets; here each must do, for a project that works now and then works not.
 */
export function judgeEgress(snapshot: Snapshot, { subnetIds, securityGroupIds }: Placement): Judgement {
  return firstRefusal([
    judgeSecurityGroups(snapshot, securityGroupIds),
    ...subnetIds.map((id) => judgeSubnet(snapshot, id)),
  ]);
}

function judgeSecurityGroups(snapshot: Snapshot, ids: string[]): Judgement {
  const groups = snapshot.securityGroups.filter(({ id }) => ids.includes(id));
  const letsOut = groups.some(({ egress }) => rulesAllow(egress, https, { address: githubAddress }));
  return letsOut
    ? allowed
    : refused(`no security group of the build (${ids.join(", ")}) lets TCP 443 out to the internet`);
}

function judgeSubnet(snapshot: Snapshot, id: string): Judgement {
  const subnet = snapshot.subnets.find((one) => one.id === id);
  if (!subnet) return refused(`the subnet ${id} is gone`);
  if (!snapshot.vpcs.find((vpc) => vpc.id === subnet.vpcId)?.dnsSupport)
    return refused(`the VPC ${subnet.vpcId} resolves no names: enableDnsSupport is off`);
  const route = routeTo(snapshot, subnet, githubAddress);
  if (!route) return refused(`the route table of the subnet ${id} has no route to the internet`);
  if (route.state === "blackhole")
    return refused(`the subnet ${id} leads to ${route.target}, which is gone (blackhole)`);
  if (route.target.startsWith("igw-"))
    return refused(
      `the subnet ${id} leads to the internet gateway ${route.target}, but builds have no public address: they need NAT`,
    );
  if (!route.target.startsWith("nat-"))
    return refused(`the subnet ${id} leads to ${route.target}, and the sandbox knows no way out of it`);
  return firstRefusal([
    judgeAcl(snapshot, { subnet, address: githubAddress, outbound: true, port: https }),
    judgeNatGateway(snapshot, route.target, subnet),
  ]);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html */
function judgeNatGateway(snapshot: Snapshot, id: string, from: Subnet): Judgement {
  const nat = snapshot.natGateways.find((one) => one.id === id);
  if (!nat) return refused(`the NAT gateway ${id} of the subnet ${from.id} is gone`);
  if (nat.state !== "available") return refused(`the NAT gateway ${id} is ${nat.state}, not available`);
  if (nat.connectivity !== "public")
    return refused(`the NAT gateway ${id} is private: it leads to no internet`);
  if (nat.vpcId !== from.vpcId)
    return refused(`the NAT gateway ${id} is in ${nat.vpcId}, not in ${from.vpcId}`);
  const subnet = snapshot.subnets.find((one) => one.id === nat.subnetId);
  if (!subnet) return refused(`the subnet ${nat.subnetId} of the NAT gateway ${id} is gone`);
  return firstRefusal([
    judgeWayOut(snapshot, nat, subnet),
    judgeAcl(snapshot, { subnet, address: anyHost(from.cidrBlock), outbound: false, port: https }),
    judgeAcl(snapshot, { subnet, address: githubAddress, outbound: true, port: https }),
  ]);
}

function judgeWayOut(snapshot: Snapshot, nat: NatGateway, subnet: Subnet): Judgement {
  const route = routeTo(snapshot, subnet, githubAddress);
  const gateway = snapshot.internetGateways.find(({ id }) => id === route?.target);
  if (!gateway || route?.state === "blackhole")
    return refused(
      `the NAT gateway ${nat.id} has no way out: its subnet ${subnet.id} has no route to an internet gateway`,
    );
  if (!gateway.vpcIds.includes(nat.vpcId))
    return refused(
      `the NAT gateway ${nat.id} has no way out: ${gateway.id} is not attached to the VPC ${nat.vpcId}`,
    );
  return allowed;
}
