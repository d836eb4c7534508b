import * as aws from "@pulumi/aws";
import { namespace as projectName, type Settings } from "./settings";
import { lookupProblem } from "./lookup";
import { contains, overlap } from "../components/ipv4Ranges";

/** A subnet of the settings with its way out of the VPC decided. */
export interface PlacedSubnet {
  availabilityZone: string;
  cidrBlock: string;
  /** Set where the subnet gets a route table of its own. */
  natGatewayId?: string;
  /** Set where the settings name an existing route table. */
  routeTableId?: string;
}

type WantedSubnet = Settings["runnerSubnets"][number];

/** A NAT gateway that leads to the internet. */
interface NatGateway {
  id: string;
  /** Undefined for a regional one, which is in all of them. */
  availabilityZone?: string;
}

/**
 * Checks that the wanted subnets fit into the VPC and gives each its way out: what the settings name, or else a NAT
 * gateway of the VPC, in the same zone where there is one (traffic between zones costs money and fails with either).
 */
export async function placeSubnets(
  vpc: aws.ec2.GetVpcResult,
  wanted: WantedSubnet[],
  stack: string,
): Promise<{ subnets: PlacedSubnet[]; problems: string[] }> {
  const problems: string[] = [];
  problems.push(...(await rangeProblems(vpc, wanted, stack)));
  const named = await Promise.all(wanted.map((subnet) => namedWayOutProblems(vpc, subnet)));
  problems.push(...named.flat());

  const needsNat = wanted.some(({ natGatewayId, routeTableId }) => !natGatewayId && !routeTableId);
  const natGateways = needsNat ? await publicNatGateways(vpc.id) : [];
  if (needsNat && natGateways.length === 0) {
    problems.push(
      `VPC ${vpc.id} has no public NAT gateway that is available, and a runner without one cannot reach GitHub\n` +
        "    make one, or set natGatewayId or routeTableId in eks-dryrun-runner:runnerSubnets",
    );
  }
  return { subnets: wanted.map((subnet) => withWayOut(subnet, natGateways)), problems };
}

function withWayOut(subnet: WantedSubnet, natGateways: NatGateway[]): PlacedSubnet {
  const { availabilityZone, cidrBlock, routeTableId } = subnet;
  if (routeTableId !== undefined) return { availabilityZone, cidrBlock, routeTableId };
  const inZone =
    natGateways.find((nat) => nat.availabilityZone === availabilityZone) ??
    natGateways.find((nat) => nat.availabilityZone === undefined);
  const natGatewayId = subnet.natGatewayId ?? (inZone ?? natGateways[0])?.id;
  return { availabilityZone, cidrBlock, ...(natGatewayId === undefined ? {} : { natGatewayId }) };
}

/** Sorted by id, so that every run chooses the same. */
async function publicNatGateways(vpcId: string): Promise<NatGateway[]> {
  const { ids } = await aws.ec2.getNatGateways({
    vpcId,
    filters: [{ name: "state", values: ["available"] }],
  });
  const gateways = await Promise.all([...ids].sort().map((id) => aws.ec2.getNatGateway({ id })));
  return Promise.all(
    gateways
      .filter(({ connectivityType }) => connectivityType === "public")
      .map(async ({ id, subnetId }) => {
        // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        if (!subnetId) return { id };
        const { availabilityZone } = await aws.ec2.getSubnet({ id: subnetId });
        return { id, availabilityZone };
      }),
  );
}

async function rangeProblems(
  vpc: aws.ec2.GetVpcResult,
  wanted: WantedSubnet[],
  stack: string,
): Promise<string[]> {
  const ranges = vpc.cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock);
  const { ids } = await aws.ec2.getSubnets({ filters: [{ name: "vpc-id", values: [vpc.id] }] });
  const existing = await Promise.all(ids.map((id) => aws.ec2.getSubnet({ id })));
  return wanted.flatMap(({ availabilityZone, cidrBlock }, index) => {
    const key = `eks-dryrun-runner:runnerSubnets[${String(index)}].cidrBlock is ${cidrBlock}`;
    const taken = existing.filter(
      (subnet) => overlap(subnet.cidrBlock, cidrBlock) && !isReplacedBy(subnet, availabilityZone, stack),
    );
    return [
      ...(ranges.some((range) => contains(range, cidrBlock))
        ? []
        : [`${key}, outside of VPC ${vpc.id} (${ranges.join(", ")})`]),
      ...taken.map((subnet) => `${key}, which overlaps subnet ${subnet.id} (${subnet.cidrBlock})`),
    ];
  });
}

/**
 * Whether an existing subnet is the stack's own of that zone, which goes before its successor comes. One of another zone
 * stays until then, so its range is not free yet: a subnet moves to another zone by way of a free range.
 */
function isReplacedBy(existing: aws.ec2.GetSubnetResult, availabilityZone: string, stack: string): boolean {
  const { tags } = existing;
  return (
    tags["pulumi:project"] === projectName &&
    tags["pulumi:stack"] === stack &&
    existing.availabilityZone === availabilityZone
  );
}

async function namedWayOutProblems(vpc: aws.ec2.GetVpcResult, subnet: WantedSubnet): Promise<string[]> {
  const { natGatewayId, routeTableId } = subnet;
  try {
    if (natGatewayId !== undefined)
      return natGatewayProblems(vpc, await aws.ec2.getNatGateway({ id: natGatewayId }));
    if (routeTableId !== undefined)
      return routeTableProblems(vpc, await aws.ec2.getRouteTable({ routeTableId }));
    return [];
  } catch (error) {
    return [lookupProblem(`eks-dryrun-runner:runnerSubnets: ${natGatewayId ?? routeTableId ?? ""}`, error)];
  }
}

function natGatewayProblems(vpc: aws.ec2.GetVpcResult, nat: aws.ec2.GetNatGatewayResult): string[] {
  const key = `eks-dryrun-runner:runnerSubnets: NAT gateway ${nat.id}`;
  return [
    ...(nat.vpcId === vpc.id ? [] : [`${key} is in VPC ${nat.vpcId}, expected the cluster's, ${vpc.id}`]),
    ...(nat.state === "available" ? [] : [`${key} is ${nat.state}, expected available`]),
    ...(nat.connectivityType === "public" ? [] : [`${key} is ${nat.connectivityType}, expected public`]),
  ];
}

function routeTableProblems(vpc: aws.ec2.GetVpcResult, table: aws.ec2.GetRouteTableResult): string[] {
  const key = `eks-dryrun-runner:runnerSubnets: route table ${table.routeTableId}`;
  const wayOut = table.routes.find(({ cidrBlock }) => cidrBlock === "0.0.0.0/0");
  const problems: string[] = [];
  if (table.vpcId !== vpc.id)
    problems.push(`${key} is in VPC ${table.vpcId}, expected the cluster's, ${vpc.id}`);
  if (!wayOut)
    problems.push(`${key} has no route for 0.0.0.0/0, and a runner without one cannot reach GitHub`);
  // CodeBuild's network interfaces have no public address.
  if (wayOut?.gatewayId.startsWith("igw-")) {
    problems.push(
      `${key} leads to internet gateway ${wayOut.gatewayId}, expected a NAT gateway or another way out`,
    );
  }
  return problems;
}
