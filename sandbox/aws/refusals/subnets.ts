import {
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import type { QueryInput } from "./queryInput";
import type { Refusal, World } from "./refusal";

const errorCodes = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const differentNetworks = (a: string, b: string) => `${a} and ${b} belong to different networks`;

/** Subnets, route tables and routes. */
export const subnetRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["CreateSubnet"],
    condition: zoneOfAnotherRegion,
    code: "InvalidParameterValue",
    message: (offender) =>
      `Value (${offender}) for parameter availabilityZone is invalid. ` +
      "Subnets can only be created in the availability zones of the region.",
    source: errorCodes,
  },
  {
    operations: ["CreateSubnet"],
    condition: (input) => {
      const block = input.get("CidrBlock");
      return Number(block?.split("/")[1]) > 28 ? block : undefined;
    },
    code: "InvalidSubnet.Range",
    message: (block) => `The CIDR '${block}' is invalid.`,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (between /28 and /16)",
  },
  {
    operations: ["DeleteSubnet"],
    condition: async (input, { ec2 }) => {
      const subnet = input.get("SubnetId") ?? "";
      const { NetworkInterfaces } = await ec2.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "subnet-id", Values: [subnet] }] }),
      );
      const { NatGateways } = await ec2.send(
        new DescribeNatGatewaysCommand({ Filter: [{ Name: "subnet-id", Values: [subnet] }] }),
      );
      const inUse = NetworkInterfaces?.length || NatGateways?.some(({ State }) => State !== "deleted");
      return inUse ? subnet : undefined;
    },
    code: "DependencyViolation",
    message: (subnet) => `The subnet '${subnet}' has dependencies and cannot be deleted.`,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html",
  },
  {
    operations: ["AssociateRouteTable"],
    condition: async (input, world) => {
      const subnetId = input.get("SubnetId");
      const tables = await routeTables(world);
      const other = tables.find(
        ({ RouteTableId, Associations }) =>
          RouteTableId !== input.get("RouteTableId") &&
          Associations?.some((association) => subnetId !== undefined && association.SubnetId === subnetId),
      );
      return other && subnetId;
    },
    code: "Resource.AlreadyAssociated",
    message: (subnet) =>
      `the specified association for subnet ${subnet} conflicts with an existing association`,
    source: errorCodes,
  },
  {
    operations: ["AssociateRouteTable"],
    condition: async (input, world) => {
      const table = await routeTable(input, world);
      const { Subnets } = await world.ec2.send(
        new DescribeSubnetsCommand({
          Filters: [{ Name: "subnet-id", Values: [input.get("SubnetId") ?? ""] }],
        }),
      );
      const subnet = Subnets?.[0];
      return table && subnet && table.VpcId !== subnet.VpcId ? subnet.SubnetId : undefined;
    },
    code: "InvalidParameterValue",
    message: (subnet, input) =>
      differentNetworks(`route table ${String(input.get("RouteTableId"))}`, `subnet ${subnet}`),
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html (same VPC)",
  },
  {
    operations: ["DeleteRouteTable"],
    condition: async (input, world) => {
      const table = await routeTable(input, world);
      return table?.Associations?.some(({ Main }) => Main) ? table.RouteTableId : undefined;
    },
    code: "DependencyViolation",
    message: (table) => `The routeTable '${table}' has dependencies and cannot be deleted.`,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html (main table)",
  },
  {
    operations: ["CreateRoute", "ReplaceRoute"],
    condition: async (input, world) => {
      const id = input.get("NatGatewayId");
      return id !== undefined && !(await natGateway(id, world)) ? id : undefined;
    },
    code: "InvalidNatGatewayID.NotFound",
    message: (gateway) => `The natGateway ID '${gateway}' does not exist`,
    source: errorCodes,
  },
  {
    operations: ["CreateRoute", "ReplaceRoute"],
    condition: gatewayOfAnotherVpc,
    code: "InvalidParameterValue",
    message: (gateway, input) =>
      differentNetworks(`route table ${String(input.get("RouteTableId"))}`, `network gateway ${gateway}`),
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html (same VPC)",
  },
  {
    operations: ["DescribeNatGateways"],
    condition: async (input, world) => {
      for (const id of input.values("NatGatewayId")) {
        const { NatGateways } = await world.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
        if (!NatGateways?.length) return id;
      }
      return undefined;
    },
    code: "NatGatewayNotFound",
    message: (gateway) => `NAT gateway ${gateway} was not found`,
    source: errorCodes,
  },
];

async function zoneOfAnotherRegion(input: QueryInput, { ec2 }: World): Promise<string | undefined> {
  const name = input.get("AvailabilityZone");
  const id = input.get("AvailabilityZoneId");
  if (name === undefined && id === undefined) return undefined;
  const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  const found = AvailabilityZones?.some(({ ZoneName, ZoneId }) => ZoneName === name || ZoneId === id);
  return found ? undefined : (name ?? id);
}

async function gatewayOfAnotherVpc(input: QueryInput, world: World): Promise<string | undefined> {
  const table = await routeTable(input, world);
  const nat = input.get("NatGatewayId");
  if (table && nat !== undefined) {
    const gateway = await natGateway(nat, world);
    return gateway && gateway.VpcId !== table.VpcId ? nat : undefined;
  }
  const internet = input.get("GatewayId");
  if (table && internet?.startsWith("igw-")) {
    const { InternetGateways } = await world.ec2.send(
      new DescribeInternetGatewaysCommand({ InternetGatewayIds: [internet] }),
    );
    const attached = InternetGateways?.[0]?.Attachments?.some(({ VpcId }) => VpcId === table.VpcId);
    return attached ? undefined : internet;
  }
  return undefined;
}

async function natGateway(id: string, { ec2 }: World) {
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
  return NatGateways?.find(({ State }) => State !== "deleted");
}

async function routeTables({ ec2 }: World): Promise<RouteTable[]> {
  return (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables ?? [];
}

async function routeTable(input: QueryInput, world: World): Promise<RouteTable | undefined> {
  return (await routeTables(world)).find(({ RouteTableId }) => RouteTableId === input.get("RouteTableId"));
}
