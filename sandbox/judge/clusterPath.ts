import { anyHost, contains, lastHost } from "./address";
import { judgeEgress, type Placement } from "./egress";
import { judgeBetweenSubnets, routeTo, rulesAllow } from "./network";
import {
  allowed,
  firstRefusal,
  refused,
  type Cluster,
  type Judgement,
  type SecurityGroupRule,
  type Snapshot,
  type Subnet,
} from "./snapshot";

/** Where a build sits. */
export interface ClusterCaller extends Placement {
  vpcId: string;
}

const https = 443;
/** Any address outside of the VPC: routes and rules treat the public endpoint's like every other. */
const publicEndpointAddress = "203.0.113.10";

/**
 * Whether a build reaches the API server of a cluster of its region. In the cluster's VPC its name leads to the private
 * endpoint, where there is one; from elsewhere to the public one; a private endpoint alone has only private addresses.
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export function judgeClusterPath(snapshot: Snapshot, caller: ClusterCaller, clusterName: string): Judgement {
  const cluster = snapshot.clusters.find(({ name }) => name === clusterName);
  if (!cluster) return refused(`there is no cluster ${clusterName} in ${snapshot.region}`);
  const vpc = snapshot.vpcs.find(({ id }) => id === caller.vpcId);
  if (!vpc) return refused(`the VPC ${caller.vpcId} is gone`);
  if (!vpc.dnsSupport) return refused(`the VPC ${vpc.id} resolves no names: enableDnsSupport is off`);

  const sameVpc = cluster.vpcId === vpc.id;
  const privateName = cluster.privateEndpoint && sameVpc && (vpc.dnsHostnames || !cluster.publicEndpoint);
  if (privateName) return judgePrivateEndpoint(snapshot, caller, cluster);
  if (cluster.publicEndpoint) return judgePublicEndpoint(snapshot, caller, cluster);
  return refused(
    `the cluster ${cluster.name} has a private endpoint only, in ${cluster.vpcId}; the build is in ${vpc.id}`,
  );
}

function judgePrivateEndpoint(snapshot: Snapshot, caller: ClusterCaller, cluster: Cluster): Judgement {
  const here = subnetsOf(snapshot, caller.subnetIds);
  const there = subnetsOf(snapshot, cluster.subnetIds);
  const gone = [...caller.subnetIds, ...cluster.subnetIds].find(
    (id) => ![...here, ...there].some((subnet) => subnet.id === id),
  );
  if (gone !== undefined) return refused(`the subnet ${gone} is gone`);
  return firstRefusal([
    judgeOutbound(snapshot, caller, cluster, there),
    judgeInbound(snapshot, caller, cluster, here),
    ...here.flatMap((from) =>
      there.flatMap((to) =>
        [anyHost(to.cidrBlock), lastHost(to.cidrBlock)].map((address) =>
          judgeBetweenSubnets(snapshot, { from, to, address, port: https }),
        ),
      ),
    ),
  ]);
}

function judgeOutbound(
  snapshot: Snapshot,
  caller: ClusterCaller,
  cluster: Cluster,
  there: Subnet[],
): Judgement {
  const rules = rulesOf(snapshot, caller.securityGroupIds, "egress");
  const isLetOut = letsThrough(rules, there, cluster.securityGroupIds);
  return isLetOut
    ? allowed
    : refused(
        `no security group of the build (${caller.securityGroupIds.join(", ")}) lets TCP 443 out to the cluster ${cluster.name}`,
      );
}

/** Any group on the cluster's network interfaces will do: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html */
function judgeInbound(
  snapshot: Snapshot,
  caller: ClusterCaller,
  cluster: Cluster,
  here: Subnet[],
): Judgement {
  const rules = rulesOf(snapshot, cluster.securityGroupIds, "ingress");
  const isLetIn = letsThrough(rules, here, caller.securityGroupIds);
  return isLetIn
    ? allowed
    : refused(
        `no security group of the cluster ${cluster.name} (${cluster.securityGroupIds.join(", ")}) lets TCP 443 in from ` +
          `the build's (${caller.securityGroupIds.join(", ")}) or its subnets`,
      );
}

/** Whether rules let traffic with every address of the subnets through: first and last stand for all of a subnet. */
function letsThrough(rules: SecurityGroupRule[], subnets: Subnet[], securityGroupIds: string[]): boolean {
  return subnets
    .flatMap(({ cidrBlock }) => [anyHost(cidrBlock), lastHost(cidrBlock)])
    .every((address) => rulesAllow(rules, https, { address, securityGroupIds }));
}

/** The world sees a build at the address of the NAT gateway that its subnet leads to. */
function judgePublicEndpoint(snapshot: Snapshot, caller: ClusterCaller, cluster: Cluster): Judgement {
  const egress = judgeEgress(snapshot, caller);
  if (!egress.ok) return egress;
  const addresses = subnetsOf(snapshot, caller.subnetIds)
    .map((subnet) => routeTo(snapshot, subnet, publicEndpointAddress)?.target)
    .map((target) => snapshot.natGateways.find(({ id }) => id === target)?.publicIp ?? "unknown");
  const isAdmitted = (address: string) =>
    address !== "unknown" && cluster.publicAccessCidrs.some((block) => contains(block, address));
  return addresses.every(isAdmitted)
    ? allowed
    : refused(
        `the public endpoint of the cluster ${cluster.name} admits ${cluster.publicAccessCidrs.join(", ")}, ` +
          `which does not contain the build's NAT gateways (${addresses.join(", ")})`,
      );
}

function subnetsOf(snapshot: Snapshot, ids: string[]): Subnet[] {
  return snapshot.subnets.filter(({ id }) => ids.includes(id));
}

function rulesOf(snapshot: Snapshot, ids: string[], direction: "ingress" | "egress"): SecurityGroupRule[] {
  return snapshot.securityGroups.filter(({ id }) => ids.includes(id)).flatMap((group) => group[direction]);
}
