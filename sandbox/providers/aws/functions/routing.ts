import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  type NatGateway,
  type Route,
  type RouteTableAssociation,
} from "@aws-sdk/client-ec2";
import { string, type FunctionType } from "../../schema";
import { arn, doing, optionalText, type Aws } from "../context";
import { filterArgs, filters, single, tagMap } from "./filters";

export const getNatGateway: FunctionType<Aws> = {
  args: { ...filterArgs, id: string(), state: string(), subnetId: string(), vpcId: string() },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { NatGateways } = await doing("reading EC2 NAT Gateway", () =>
      aws.ec2.send(
        new DescribeNatGatewaysCommand({
          NatGatewayIds: id ? [id] : undefined,
          Filter: filters(args, { state: args.state, "subnet-id": args.subnetId, "vpc-id": args.vpcId }),
        }),
      ),
    );
    return natGatewayResult(aws, single("EC2 NAT Gateway", NatGateways), args.filters);
  },
};

export const getNatGateways: FunctionType<Aws> = {
  args: { ...filterArgs, vpcId: string() },
  async call(aws, args) {
    const { NatGateways } = await doing("reading EC2 NAT Gateways", () =>
      aws.ec2.send(new DescribeNatGatewaysCommand({ Filter: filters(args, { "vpc-id": args.vpcId }) })),
    );
    return {
      filters: args.filters,
      id: aws.region,
      ids: (NatGateways ?? []).map(({ NatGatewayId }) => NatGatewayId),
      region: aws.region,
      tags: args.tags ?? {},
      vpcId: args.vpcId,
    };
  },
};

export const getRouteTable: FunctionType<Aws> = {
  args: { ...filterArgs, gatewayId: string(), routeTableId: string(), subnetId: string(), vpcId: string() },
  async call(aws, args) {
    const { RouteTables } = await doing("reading EC2 Route Table", () =>
      aws.ec2.send(
        new DescribeRouteTablesCommand({
          Filters: filters(args, {
            "association.gateway-id": args.gatewayId,
            "route-table-id": args.routeTableId,
            "association.subnet-id": args.subnetId,
            "vpc-id": args.vpcId,
          }),
        }),
      ),
    );
    const table = single("EC2 Route Table", RouteTables);
    return {
      arn: arn(aws, "ec2", `route-table/${table.RouteTableId ?? ""}`),
      associations: (table.Associations ?? []).map(associationResult),
      filters: args.filters,
      gatewayId: args.gatewayId ?? "",
      id: table.RouteTableId,
      ownerId: table.OwnerId,
      region: aws.region,
      routeTableId: table.RouteTableId,
      routes: (table.Routes ?? []).filter(isShown).map(routeResult),
      subnetId: args.subnetId ?? "",
      tags: tagMap(table.Tags),
      vpcId: table.VpcId,
    };
  },
};

function natGatewayResult(aws: Aws, gateway: NatGateway, filters: unknown) {
  const [address] = gateway.NatGatewayAddresses ?? [];
  return {
    allocationId: address?.AllocationId ?? "",
    associationId: address?.AssociationId ?? "",
    autoProvisionZones: "",
    autoScalingIps: "",
    availabilityMode: gateway.AvailabilityMode ?? "zonal",
    availabilityZoneAddresses: [],
    connectivityType: gateway.ConnectivityType,
    filters,
    id: gateway.NatGatewayId,
    networkInterfaceId: address?.NetworkInterfaceId ?? "",
    privateIp: address?.PrivateIp ?? "",
    publicIp: address?.PublicIp ?? "",
    region: aws.region,
    regionalNatGatewayAddresses: [],
    routeTableId: "",
    secondaryAllocationIds: [],
    secondaryPrivateIpAddressCount: 0,
    secondaryPrivateIpAddresses: [],
    state: gateway.State,
    subnetId: gateway.SubnetId,
    tags: tagMap(gateway.Tags),
    vpcId: gateway.VpcId,
  };
}

function associationResult(association: RouteTableAssociation) {
  return {
    gatewayId: association.GatewayId ?? "",
    main: association.Main ?? false,
    routeTableAssociationId: association.RouteTableAssociationId,
    routeTableId: association.RouteTableId,
    subnetId: association.SubnetId ?? "",
  };
}

/** The real provider leaves out local routes and those of services and gateway endpoints. */
function isShown(route: Route): boolean {
  return (
    route.GatewayId !== "local" &&
    !(route.GatewayId ?? "").startsWith("vpce-") &&
    route.Origin !== "EnableVgwRoutePropagation" &&
    !(route.DestinationPrefixListId && route.GatewayId?.startsWith("vpce-"))
  );
}

function routeResult(route: Route) {
  return {
    carrierGatewayId: route.CarrierGatewayId ?? "",
    cidrBlock: route.DestinationCidrBlock ?? "",
    coreNetworkArn: route.CoreNetworkArn ?? "",
    destinationPrefixListId: route.DestinationPrefixListId ?? "",
    egressOnlyGatewayId: route.EgressOnlyInternetGatewayId ?? "",
    gatewayId: route.GatewayId ?? "",
    instanceId: route.InstanceId ?? "",
    ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
    localGatewayId: route.LocalGatewayId ?? "",
    natGatewayId: route.NatGatewayId ?? "",
    networkInterfaceId: route.NetworkInterfaceId ?? "",
    odbNetworkArn: "",
    transitGatewayId: route.TransitGatewayId ?? "",
    vpcEndpointId: "",
    vpcPeeringConnectionId: route.VpcPeeringConnectionId ?? "",
  };
}
