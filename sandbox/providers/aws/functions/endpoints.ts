import { DescribeNetworkInterfacesCommand, DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { string, type FunctionType } from "../../schema";
import { arn, doing, optionalText, type Aws } from "../context";
import { filterArgs, filters, single, tagMap } from "./filters";

/** Results as far as interface endpoints have them. */
export const getVpcEndpoint: FunctionType<Aws> = {
  args: {
    ...filterArgs,
    id: string(),
    serviceName: string(),
    serviceRegion: string(),
    state: string(),
    vpcEndpointType: string(),
    vpcId: string(),
  },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { VpcEndpoints } = await doing("reading EC2 VPC Endpoint", () =>
      aws.ec2.send(
        new DescribeVpcEndpointsCommand({
          VpcEndpointIds: id ? [id] : undefined,
          Filters: filters(args, {
            "vpc-endpoint-state": args.state,
            "vpc-id": args.vpcId,
            "service-name": args.serviceName,
            "service-region": args.serviceRegion,
            "vpc-endpoint-type": args.vpcEndpointType,
          }),
        }),
      ),
    );
    const endpoint = single("EC2 VPC Endpoint", VpcEndpoints);
    return {
      arn: arn(aws, "ec2", `vpc-endpoint/${endpoint.VpcEndpointId ?? ""}`),
      cidrBlocks: [],
      dnsEntries: (endpoint.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
        dnsName: DnsName,
        hostedZoneId: HostedZoneId ?? "",
      })),
      dnsOptions: [],
      filters: args.filters,
      id: endpoint.VpcEndpointId,
      ipAddressType: endpoint.IpAddressType ?? "ipv4",
      networkInterfaceIds: endpoint.NetworkInterfaceIds ?? [],
      ownerId: endpoint.OwnerId,
      policy: endpoint.PolicyDocument ?? "",
      prefixListId: "",
      privateDnsEnabled: endpoint.PrivateDnsEnabled ?? false,
      region: aws.region,
      requesterManaged: endpoint.RequesterManaged ?? false,
      routeTableIds: endpoint.RouteTableIds ?? [],
      securityGroupIds: (endpoint.Groups ?? []).map(({ GroupId }) => GroupId),
      serviceName: endpoint.ServiceName,
      serviceRegion: aws.region,
      state: endpoint.State,
      subnetIds: endpoint.SubnetIds ?? [],
      tags: tagMap(endpoint.Tags),
      vpcEndpointType: endpoint.VpcEndpointType,
      vpcId: endpoint.VpcId,
    };
  },
};

export const getNetworkInterface: FunctionType<Aws> = {
  args: { ...filterArgs, id: string() },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { NetworkInterfaces } = await doing("reading EC2 Network Interface", () =>
      aws.ec2.send(
        new DescribeNetworkInterfacesCommand({
          NetworkInterfaceIds: id ? [id] : undefined,
          Filters: filters(args),
        }),
      ),
    );
    const found = single("EC2 Network Interface", NetworkInterfaces);
    return {
      arn: arn(aws, "ec2", `network-interface/${found.NetworkInterfaceId ?? ""}`),
      associations: [],
      attachments: [],
      availabilityZone: found.AvailabilityZone,
      description: found.Description ?? "",
      enaSrdSpecifications: [],
      filters: args.filters,
      id: found.NetworkInterfaceId,
      interfaceType: found.InterfaceType ?? "interface",
      ipv6Addresses: [],
      macAddress: found.MacAddress ?? "",
      outpostArn: "",
      ownerId: found.OwnerId,
      privateDnsName: found.PrivateDnsName ?? "",
      privateIp: found.PrivateIpAddress,
      privateIps: (found.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress),
      region: aws.region,
      requesterId: found.RequesterId ?? "",
      securityGroups: (found.Groups ?? []).map(({ GroupId }) => GroupId),
      subnetId: found.SubnetId,
      tags: tagMap(found.TagSet),
      vpcId: found.VpcId,
    };
  },
};
