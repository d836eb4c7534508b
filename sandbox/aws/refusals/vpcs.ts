import {
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import type { QueryInput } from "./queryInput";
import type { Refusal, World } from "./refusal";

/** VPCs, and the ways out of them. */
export const vpcRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["DetachInternetGateway"],
    condition: async (input, { ec2 }) => {
      const vpc = input.get("VpcId") ?? "";
      const { NatGateways = [] } = await ec2.send(
        new DescribeNatGatewaysCommand({ Filter: [{ Name: "vpc-id", Values: [vpc] }] }),
      );
      const mapped = NatGateways.some(
        ({ State, NatGatewayAddresses = [] }) =>
          State !== "deleted" && NatGatewayAddresses.some(({ PublicIp }) => PublicIp),
      );
      return mapped ? vpc : undefined;
    },
    code: "DependencyViolation",
    message: (vpc) =>
      `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/working-with-igw.html (detach)",
  },
  {
    operations: ["DeleteVpc"],
    condition: async (input, world) => {
      const vpc = input.get("VpcId") ?? "";
      return (await hasDependencies(vpc, world)) ? vpc : undefined;
    },
    code: "DependencyViolation",
    message: (vpc) => `The vpc '${vpc}' has dependencies and cannot be deleted.`,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html",
  },
  {
    operations: ["CreateNatGateway"],
    condition: (input) =>
      (input.get("ConnectivityType") ?? "public") === "public" && input.get("AllocationId") === undefined
        ? ""
        : undefined,
    code: "MissingParameter",
    message: () => "The request must contain the parameter AllocationId",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html",
  },
  {
    operations: ["ReleaseAddress"],
    condition: async (input, { ec2 }) => {
      const allocation = input.get("AllocationId");
      const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
      const taken = NatGateways.some(
        ({ State, NatGatewayAddresses = [] }) =>
          State !== "deleted" && NatGatewayAddresses.some(({ AllocationId }) => AllocationId === allocation),
      );
      return taken ? allocation : undefined;
    },
    code: "InvalidIPAddress.InUse",
    message: (allocation) => `The address with allocation id '${allocation}' is in use.`,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
  },
];

/** What moto does not look at: gateways, network interfaces and security groups beside the VPC's own. */
async function hasDependencies(vpc: string, { ec2 }: World): Promise<boolean> {
  const inVpc = [{ Name: "vpc-id", Values: [vpc] }];
  const attached = [{ Name: "attachment.vpc-id", Values: [vpc] }];
  const { InternetGateways = [] } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: attached }),
  );
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: inVpc }));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc }));
  const others = SecurityGroups.filter(({ GroupName }) => GroupName !== "default");
  return InternetGateways.length + NetworkInterfaces.length + others.length > 0;
}
