import {
  DescribeAvailabilityZonesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type Vpc,
} from "@aws-sdk/client-ec2";
import { boolean, list, string, type FunctionType } from "../../schema";
import { arn, doing, optionalText, type Aws } from "../context";
import { filterArgs, filters, single, tagMap } from "./filters";

export const getVpc: FunctionType<Aws> = {
  args: {
    ...filterArgs,
    id: string(),
    cidrBlock: string(),
    default: boolean(),
    dhcpOptionsId: string(),
    state: string(),
  },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { Vpcs } = await doing("reading EC2 VPC", () =>
      aws.ec2.send(
        new DescribeVpcsCommand({
          VpcIds: id ? [id] : undefined,
          Filters: filters(args, {
            cidr: args.cidrBlock,
            "is-default": args.default,
            "dhcp-options-id": args.dhcpOptionsId,
            state: args.state,
          }),
        }),
      ),
    );
    const vpc = single("EC2 VPC", Vpcs);
    const [enableDnsHostnames, enableDnsSupport, mainRouteTableId] = await Promise.all([
      attribute(aws, vpc, "enableDnsHostnames"),
      attribute(aws, vpc, "enableDnsSupport"),
      mainRouteTable(aws, vpc),
    ]);
    return {
      arn: arn(aws, "ec2", `vpc/${vpc.VpcId ?? ""}`),
      cidrBlock: vpc.CidrBlock,
      cidrBlockAssociations: (vpc.CidrBlockAssociationSet ?? []).map((association) => ({
        associationId: association.AssociationId,
        cidrBlock: association.CidrBlock,
        state: association.CidrBlockState?.State,
      })),
      default: vpc.IsDefault ?? false,
      dhcpOptionsId: vpc.DhcpOptionsId,
      enableDnsHostnames,
      enableDnsSupport,
      enableNetworkAddressUsageMetrics: false,
      filters: args.filters,
      id: vpc.VpcId,
      instanceTenancy: vpc.InstanceTenancy,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociations: [],
      mainRouteTableId,
      ownerId: vpc.OwnerId ?? aws.accountId,
      region: aws.region,
      state: vpc.State,
      tags: tagMap(vpc.Tags),
    };
  },
};

export const getSubnet: FunctionType<Aws> = {
  args: {
    ...filterArgs,
    id: string(),
    availabilityZone: string(),
    availabilityZoneId: string(),
    cidrBlock: string(),
    defaultForAz: boolean(),
    state: string(),
    vpcId: string(),
  },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { Subnets } = await doing("reading EC2 Subnet", () =>
      aws.ec2.send(
        new DescribeSubnetsCommand({
          SubnetIds: id ? [id] : undefined,
          Filters: filters(args, {
            "availability-zone": args.availabilityZone,
            "availability-zone-id": args.availabilityZoneId,
            "cidr-block": args.cidrBlock,
            "default-for-az": args.defaultForAz,
            state: args.state,
            "vpc-id": args.vpcId,
          }),
        }),
      ),
    );
    const subnet = single("EC2 Subnet", Subnets);
    return {
      arn: subnet.SubnetArn,
      assignIpv6AddressOnCreation: subnet.AssignIpv6AddressOnCreation ?? false,
      availabilityZone: subnet.AvailabilityZone,
      availabilityZoneId: subnet.AvailabilityZoneId,
      availableIpAddressCount: subnet.AvailableIpAddressCount,
      cidrBlock: subnet.CidrBlock,
      customerOwnedIpv4Pool: "",
      defaultForAz: subnet.DefaultForAz ?? false,
      enableDns64: subnet.EnableDns64 ?? false,
      enableLniAtDeviceIndex: 0,
      enableResourceNameDnsARecordOnLaunch: false,
      enableResourceNameDnsAaaaRecordOnLaunch: false,
      filters: args.filters,
      id: subnet.SubnetId,
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociationId: "",
      ipv6Native: subnet.Ipv6Native ?? false,
      mapCustomerOwnedIpOnLaunch: false,
      mapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
      outpostArn: "",
      ownerId: subnet.OwnerId,
      privateDnsHostnameTypeOnLaunch: subnet.PrivateDnsNameOptionsOnLaunch?.HostnameType ?? "ip-name",
      region: aws.region,
      state: subnet.State,
      tags: tagMap(subnet.Tags),
      vpcId: subnet.VpcId,
    };
  },
};

export const getSubnets: FunctionType<Aws> = {
  args: filterArgs,
  async call(aws, args) {
    const { Subnets } = await doing("reading EC2 Subnets", () =>
      aws.ec2.send(new DescribeSubnetsCommand({ Filters: filters(args) })),
    );
    return {
      id: aws.region,
      ids: (Subnets ?? []).map(({ SubnetId }) => SubnetId),
      filters: args.filters,
      region: aws.region,
      tags: args.tags ?? {},
    };
  },
};

export const getAvailabilityZones: FunctionType<Aws> = {
  args: {
    filters: filterArgs.filters ?? list(string()),
    region: string(),
    allAvailabilityZones: boolean(),
    excludeNames: list(string()),
    excludeZoneIds: list(string()),
    state: string(),
  },
  async call(aws, args) {
    const { AvailabilityZones } = await doing("reading EC2 Availability Zones", () =>
      aws.ec2.send(
        new DescribeAvailabilityZonesCommand({
          AllAvailabilityZones: args.allAvailabilityZones === true,
          Filters: filters(args, { state: args.state }),
        }),
      ),
    );
    const isExcluded = (excluded: unknown, value: string | undefined) =>
      ((excluded ?? []) as unknown[]).includes(value);
    const zones = (AvailabilityZones ?? [])
      .filter(
        (zone) =>
          !isExcluded(args.excludeNames, zone.ZoneName) && !isExcluded(args.excludeZoneIds, zone.ZoneId),
      )
      .sort((a, b) => (a.ZoneName ?? "").localeCompare(b.ZoneName ?? ""));
    return {
      ...args,
      groupNames: [...new Set(zones.map(({ GroupName, RegionName }) => GroupName ?? RegionName))],
      id: aws.region,
      names: zones.map(({ ZoneName }) => ZoneName),
      region: aws.region,
      zoneIds: zones.map(({ ZoneId }) => ZoneId),
    };
  },
};

async function attribute(
  aws: Aws,
  vpc: Vpc,
  name: "enableDnsHostnames" | "enableDnsSupport",
): Promise<boolean> {
  const found = await aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpc.VpcId, Attribute: name }));
  return (name === "enableDnsHostnames" ? found.EnableDnsHostnames : found.EnableDnsSupport)?.Value ?? false;
}

async function mainRouteTable(aws: Aws, vpc: Vpc): Promise<string | undefined> {
  const { RouteTables } = await aws.ec2.send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: "association.main", Values: ["true"] },
        { Name: "vpc-id", Values: [vpc.VpcId ?? ""] },
      ],
    }),
  );
  return RouteTables?.[0]?.RouteTableId;
}
