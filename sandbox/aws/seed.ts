import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Region } from "../world";
import { consolePaths } from "./consolePaths";

/** What is to stand before the program comes. */
export interface SeedOptions {
  /** URL of the local AWS. */
  endpoint: string;
  regions: Region[];
  accountId: string;
  /** ARN of the approved connection to GitHub. */
  connectionArn: string;
}

/** Builds the company's world in a fresh local AWS: networks, clusters and the connection, through the API. */
export async function seedAws({ endpoint, regions, accountId, connectionArn }: SeedOptions): Promise<void> {
  await approveConnection(endpoint, connectionArn);
  await createClusterRole(new IAMClient({ endpoint, credentials: seedCredentials, region: "us-east-1" }));
  await post(endpoint, consolePaths.letIamSettle);
  for (const region of regions) await seedRegion(endpoint, region, accountId);
}

/** Builds the network and the cluster of one region. */
export async function seedRegion(endpoint: string, region: Region, accountId: string): Promise<void> {
  const client = { endpoint, region: region.region, credentials: seedCredentials };
  const subnetIds = await createNetwork(new EC2Client(client), region);
  await new EKSClient(client).send(
    new CreateClusterCommand({
      name: region.clusterName,
      version: region.version,
      roleArn: `arn:aws:iam::${accountId}:role/${clusterRoleName}`,
      resourcesVpcConfig: { subnetIds, endpointPrivateAccess: true, endpointPublicAccess: false },
      accessConfig: {
        authenticationMode: "API_AND_CONFIG_MAP",
        bootstrapClusterCreatorAdminPermissions: false,
      },
    }),
  );
}

const seedCredentials = { accessKeyId: "seed", secretAccessKey: "seed" };
const clusterRoleName = "eks-cluster";

async function approveConnection(endpoint: string, connectionArn: string): Promise<void> {
  await post(endpoint, consolePaths.approveConnection, { connectionArn });
}

async function post(endpoint: string, path: string, body: object = {}): Promise<void> {
  const response = await fetch(endpoint + path, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} failed: HTTP ${String(response.status)}`);
}

async function createClusterRole(iam: IAMClient): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  await iam.send(
    new CreateRoleCommand({ RoleName: clusterRoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
  await iam.send(new AttachRolePolicyCommand({ RoleName: clusterRoleName, PolicyArn }));
}

/** The cluster's network. @returns the private subnets, where the cluster lives */
async function createNetwork(
  ec2: EC2Client,
  { clusterName, vpcCidrBlock, zones }: Region,
): Promise<string[]> {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({ CidrBlock: vpcCidrBlock, TagSpecifications: named("vpc", clusterName) }),
  );
  const VpcId = given(Vpc?.VpcId);
  // The private endpoint of a cluster needs both.
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: true } }));
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const publicRouteTable = await createPublicRouteTable(ec2, VpcId, clusterName);

  const gateways: string[] = [];
  const privateSubnets: string[] = [];
  for (const zone of zones) {
    const { availabilityZone, publicCidrBlock, privateCidrBlock, nat } = zone;
    const name = `${clusterName}-public-${availabilityZone}`;
    const publicSubnet = await createSubnet(ec2, {
      VpcId,
      name,
      availabilityZone,
      cidrBlock: publicCidrBlock,
    });
    await ec2.send(
      new ModifySubnetAttributeCommand({ SubnetId: publicSubnet, MapPublicIpOnLaunch: { Value: true } }),
    );
    await associate(ec2, publicRouteTable, publicSubnet);
    if (nat) gateways.push(await createNatGateway(ec2, publicSubnet, `${clusterName}-${availabilityZone}`));

    const privateName = `${clusterName}-private-${availabilityZone}`;
    const privateSubnet = await createSubnet(ec2, {
      VpcId,
      name: privateName,
      availabilityZone,
      cidrBlock: privateCidrBlock,
    });
    const routeTable = await createRouteTable(ec2, VpcId, privateName);
    await createDefaultRoute(ec2, routeTable, { NatGatewayId: given(gateways.at(-1)) });
    await associate(ec2, routeTable, privateSubnet);
    privateSubnets.push(privateSubnet);
  }
  return privateSubnets;
}

async function createPublicRouteTable(ec2: EC2Client, VpcId: string, clusterName: string): Promise<string> {
  const { InternetGateway } = await ec2.send(
    new CreateInternetGatewayCommand({ TagSpecifications: named("internet-gateway", clusterName) }),
  );
  const InternetGatewayId = given(InternetGateway?.InternetGatewayId);
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const routeTable = await createRouteTable(ec2, VpcId, `${clusterName}-public`);
  await createDefaultRoute(ec2, routeTable, { GatewayId: InternetGatewayId });
  return routeTable;
}

async function createSubnet(
  ec2: EC2Client,
  subnet: { VpcId: string; name: string; availabilityZone: string; cidrBlock: string },
): Promise<string> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: subnet.VpcId,
      CidrBlock: subnet.cidrBlock,
      AvailabilityZone: subnet.availabilityZone,
      TagSpecifications: named("subnet", subnet.name),
    }),
  );
  return given(Subnet?.SubnetId);
}

async function createNatGateway(ec2: EC2Client, SubnetId: string, name: string): Promise<string> {
  const { AllocationId } = await ec2.send(
    new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: named("elastic-ip", name) }),
  );
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({
      SubnetId,
      AllocationId,
      // AWS's default; moto would answer later requests without it.
      ConnectivityType: "public",
      TagSpecifications: named("natgateway", name),
    }),
  );
  return given(NatGateway?.NatGatewayId);
}

async function createRouteTable(ec2: EC2Client, VpcId: string, name: string): Promise<string> {
  const { RouteTable } = await ec2.send(
    new CreateRouteTableCommand({ VpcId, TagSpecifications: named("route-table", name) }),
  );
  return given(RouteTable?.RouteTableId);
}

async function createDefaultRoute(
  ec2: EC2Client,
  RouteTableId: string,
  target: { NatGatewayId: string } | { GatewayId: string },
): Promise<void> {
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", ...target }));
}

async function associate(ec2: EC2Client, RouteTableId: string, SubnetId: string): Promise<void> {
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
}

function named(ResourceType: ResourceType, Value: string) {
  return [{ ResourceType, Tags: [{ Key: "Name", Value }] }];
}

function given(id: string | undefined): string {
  if (id === undefined) throw new Error("AWS gave no id for what it made.");
  return id;
}
