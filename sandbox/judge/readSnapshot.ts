import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type IpPermission,
  type NetworkAcl as Ec2NetworkAcl,
  type Route as Ec2Route,
  type Vpc as Ec2Vpc,
} from "@aws-sdk/client-ec2";
import type { Cluster as EksCluster } from "../aws/eks/clusters";
import type { Cluster, NetworkAcl, Route, SecurityGroupRule, Snapshot, Vpc } from "./snapshot";

/** Where a region's state is read. */
export interface SnapshotSource {
  ec2: (region: string) => EC2Client;
  clusters: (region: string) => EksCluster[];
}

/**
 * Reads a region anew only when something has been written since it was last read: a dry run opens connections by the
 * dozen, and each is judged.
 *
 * @param writes how many writes there have been
 */
export function readUnlessWritten(
  writes: () => number,
  { ec2, clusters }: SnapshotSource,
): (region: string) => Promise<Snapshot> {
  const latest = new Map<string, { writes: number; snapshot: Promise<Snapshot> }>();
  return (region) => {
    const known = latest.get(region);
    if (known?.writes === writes()) return known.snapshot;
    const snapshot = readSnapshot(region, ec2(region), clusters(region));
    latest.set(region, { writes: writes(), snapshot });
    // What failed is read again by the next one.
    snapshot.catch(() => latest.delete(region));
    return snapshot;
  };
}

/** Reads what is deployed in a region now. */
export async function readSnapshot(
  region: string,
  ec2: EC2Client,
  clusters: EksCluster[],
): Promise<Snapshot> {
  const [vpcs, subnets, tables, nats, gateways, groups, acls] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeRouteTablesCommand({})),
    ec2.send(new DescribeNatGatewaysCommand({})),
    ec2.send(new DescribeInternetGatewaysCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeNetworkAclsCommand({})),
  ]);
  return {
    region,
    vpcs: await Promise.all((vpcs.Vpcs ?? []).map((vpc) => readVpc(ec2, vpc))),
    subnets: (subnets.Subnets ?? []).map((subnet) => ({
      id: subnet.SubnetId ?? "",
      vpcId: subnet.VpcId ?? "",
      cidrBlock: subnet.CidrBlock ?? "",
      availabilityZone: subnet.AvailabilityZone ?? "",
    })),
    routeTables: (tables.RouteTables ?? []).map((table) => ({
      id: table.RouteTableId ?? "",
      vpcId: table.VpcId ?? "",
      isMain: (table.Associations ?? []).some(({ Main }) => Main),
      subnetIds: (table.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
      routes: (table.Routes ?? []).map(toRoute),
    })),
    natGateways: (nats.NatGateways ?? []).map((nat) => ({
      id: nat.NatGatewayId ?? "",
      vpcId: nat.VpcId ?? "",
      subnetId: nat.SubnetId ?? "",
      state: nat.State ?? "failed",
      connectivity: nat.ConnectivityType ?? "public",
      publicIp: nat.NatGatewayAddresses?.[0]?.PublicIp,
    })),
    internetGateways: (gateways.InternetGateways ?? []).map((gateway) => ({
      id: gateway.InternetGatewayId ?? "",
      vpcIds: (gateway.Attachments ?? []).flatMap(({ VpcId }) => VpcId ?? []),
    })),
    securityGroups: (groups.SecurityGroups ?? []).map((group) => ({
      id: group.GroupId ?? "",
      vpcId: group.VpcId ?? "",
      name: group.GroupName ?? "",
      ingress: (group.IpPermissions ?? []).map(toRule),
      egress: (group.IpPermissionsEgress ?? []).map(toRule),
    })),
    networkAcls: (acls.NetworkAcls ?? []).map(toNetworkAcl),
    clusters: clusters.map(toCluster),
  };
}

async function readVpc(ec2: EC2Client, vpc: Ec2Vpc): Promise<Vpc> {
  const attribute = (Attribute: "enableDnsSupport" | "enableDnsHostnames") =>
    ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpc.VpcId, Attribute }));
  const [support, hostnames] = [await attribute("enableDnsSupport"), await attribute("enableDnsHostnames")];
  return {
    id: vpc.VpcId ?? "",
    cidrBlocks: (vpc.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
    dnsSupport: support.EnableDnsSupport?.Value ?? false,
    dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
  };
}

function toRoute(route: Ec2Route): Route {
  const target =
    route.NatGatewayId ??
    route.GatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    "unknown";
  return {
    destinationCidrBlock: route.DestinationCidrBlock,
    target,
    state: route.State === "blackhole" ? "blackhole" : "active",
  };
}

function toRule(permission: IpPermission): SecurityGroupRule {
  return {
    protocol: permission.IpProtocol ?? "-1",
    // The API writes "all" as -1 or leaves the ports out.
    ...(permission.FromPort === undefined || permission.FromPort === -1
      ? {}
      : { fromPort: permission.FromPort, toPort: permission.ToPort }),
    cidrBlocks: (permission.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
    groupIds: (permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    prefixListIds: (permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
  };
}

function toNetworkAcl(acl: Ec2NetworkAcl): NetworkAcl {
  const entries = (acl.Entries ?? []).map((entry) => ({
    ruleNumber: entry.RuleNumber ?? 0,
    egress: entry.Egress ?? false,
    action: entry.RuleAction ?? "deny",
    protocol: entry.Protocol ?? "-1",
    cidrBlock: entry.CidrBlock,
    fromPort: entry.PortRange?.From,
    toPort: entry.PortRange?.To,
  }));
  return {
    id: acl.NetworkAclId ?? "",
    vpcId: acl.VpcId ?? "",
    isDefault: acl.IsDefault ?? false,
    subnetIds: (acl.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    entries: entries.sort((one, other) => one.ruleNumber - other.ruleNumber),
  };
}

function toCluster({ name, arn, resourcesVpcConfig: vpcConfig }: EksCluster): Cluster {
  return {
    name,
    arn,
    vpcId: vpcConfig.vpcId,
    subnetIds: vpcConfig.subnetIds,
    securityGroupIds: [vpcConfig.clusterSecurityGroupId, ...vpcConfig.securityGroupIds],
    clusterSecurityGroupId: vpcConfig.clusterSecurityGroupId,
    privateEndpoint: vpcConfig.endpointPrivateAccess,
    publicEndpoint: vpcConfig.endpointPublicAccess,
    publicAccessCidrs: vpcConfig.publicAccessCidrs,
  };
}
