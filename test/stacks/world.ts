import type { MockWorld } from "../pulumiMocks";
import { targetFunctions, type MockTarget } from "./targetRepository";

/** Configuration of a stack as Pulumi hands it over: what is no string comes as JSON. */
export function stackConfig(
  region: string,
  zones: [string, string],
  network: string,
): Record<string, string> {
  return {
    "aws:region": region,
    "aws:allowedAccountIds": '["123456789012"]',
    "eks-dryrun-runner:targetRepository": "example-org/kubernetes-manifests",
    "eks-dryrun-runner:targetRepositoryIsPublic": "false",
    "eks-dryrun-runner:connectionArn": connectionArn,
    "eks-dryrun-runner:tags": '{"team":"data-platform"}',
    "eks-dryrun-runner:runnerSubnets": JSON.stringify([
      { availabilityZone: `${region}${zones[0]}`, cidrBlock: `${network}.96.0/27` },
      { availabilityZone: `${region}${zones[1]}`, cidrBlock: `${network}.96.32/27` },
    ]),
  };
}

export const connectionArn =
  "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52-0d41-4b8e-9c7a-2f5d1b60e934";

/** Configuration of the three stacks. */
export const configs: Record<string, Record<string, string>> = {
  "ja-production": stackConfig("ap-northeast-1", ["a", "c"], "10.10"),
  "kr-production": stackConfig("ap-northeast-2", ["a", "c"], "10.20"),
  "in-production": stackConfig("ap-south-1", ["a", "b"], "10.30"),
};

/** A NAT gateway of the mocked VPC. */
export interface MockNatGateway {
  id: string;
  /** None of a regional one. */
  zone?: string;
  connectivityType?: string;
  state?: string;
  vpcId?: string;
}

/** A subnet of the mocked region. */
export interface MockSubnet {
  id: string;
  cidrBlock: string;
  availabilityZone: string;
  tags: Record<string, string>;
  vpcId?: string;
  mapPublicIpOnLaunch?: boolean;
}

/** What a mocked region has; every part can be replaced by a test. */
export interface MockRegion {
  region: string;
  network: string;
  cluster: Record<string, unknown>;
  /** Names of clusters that are listed. */
  clusterNames: string[];
  vpc: Record<string, unknown>;
  natGateways: MockNatGateway[];
  subnets: MockSubnet[];
  routeTables: Record<
    string,
    { vpcId: string; routes: { cidrBlock: string; gatewayId: string; natGatewayId: string }[] }
  >;
  /** Addresses of interface endpoints with private DNS names, by their service. */
  endpoints: Record<string, string[]>;
  connection: { connectionStatus: string; providerType: string };
  repository: { fullName: string; visibility: string; archived: boolean; repoId: number };
  /** Plan of the repository's owner, where it is shown. */
  plan: string;
  /** GitHub's identity provider in the account. */
  identityProvider: { clientIdLists: string[]; tags: Record<string, string> };
  /** Which refs GitHub lets in to every environment. */
  deploymentPolicies: { type: string; pattern: string }[];
  target: MockTarget;
}

/** A region in which everything is as it should be, with one NAT gateway a zone. */
export function mockRegion(region: string, zones: [string, string], network: string): MockRegion {
  return {
    region,
    network,
    cluster: {
      status: "ACTIVE",
      version: "1.35",
      accessConfigs: [{ authenticationMode: "API_AND_CONFIG_MAP" }],
      vpcConfig: {
        vpcId: "vpc-1",
        subnetIds: zones.map((zone) => `subnet-private-${zone}`),
        clusterSecurityGroupId: "sg-cluster",
        endpointPrivateAccess: true,
      },
    },
    clusterNames: [],
    vpc: {
      region,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      cidrBlockAssociations: [{ cidrBlock: `${network}.0.0/16` }],
    },
    natGateways: zones.map((zone) => ({ id: `nat-${zone}`, zone: `${region}${zone}` })),
    subnets: zones.flatMap((zone, index) => [
      mockSubnet(`subnet-public-${zone}`, `${network}.${String(index)}.0/24`, `${region}${zone}`),
      mockSubnet(`subnet-private-${zone}`, `${network}.${String(16 * (index + 1))}.0/20`, `${region}${zone}`),
    ]),
    routeTables: {},
    endpoints: {},
    connection: { connectionStatus: "AVAILABLE", providerType: "GitHub" },
    repository: {
      fullName: "example-org/kubernetes-manifests",
      visibility: "private",
      archived: false,
      repoId: 600000002,
    },
    plan: "enterprise",
    identityProvider: { clientIdLists: ["sts.amazonaws.com"], tags: {} },
    deploymentPolicies: [
      { type: "branch", pattern: "main" },
      { type: "tag", pattern: "v*" },
    ],
    target: { files: {}, heads: {}, pullRequests: [] },
  };
}

const mockSubnet = (id: string, cidrBlock: string, availabilityZone: string) => {
  return { id, cidrBlock, availabilityZone, tags: {} };
};

/** The functions of a mocked region. */
export function mockWorld(region: MockRegion, stackOutputs: MockWorld["stackOutputs"] = {}): MockWorld {
  const find = <T extends { id: string }>(rows: T[], id: string | undefined): T => {
    const row = rows.find((one) => one.id === id);
    if (!row) throw new Error(`no ${String(id)}`);
    return row;
  };
  const natSubnets = region.natGateways.map(({ id, zone }) => ({
    id: `subnet-of-${id}`,
    availabilityZone: zone,
    tags: {},
  }));
  return {
    stackOutputs,
    functions: {
      "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": ({ arn }) => ({
        arn,
        ...region.identityProvider,
      }),
      "github:index/getOrganization:getOrganization": () => ({ plan: region.plan }),
      "github:index/getRepositoryEnvironmentDeploymentPolicies:getRepositoryEnvironmentDeploymentPolicies":
        () => ({ policies: region.deploymentPolicies }),
      "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
      "aws:eks/getCluster:getCluster": ({ name }) => ({
        name,
        arn: `arn:aws:eks:${region.region}:123456789012:cluster/${String(name)}`,
        ...region.cluster,
      }),
      "aws:eks/getClusters:getClusters": () => ({ names: region.clusterNames }),
      "aws:ec2/getVpc:getVpc": ({ id }) => ({ id, ...region.vpc }),
      "aws:ec2/getNatGateways:getNatGateways": () => ({
        ids: region.natGateways
          .filter(({ state }) => (state ?? "available") === "available")
          .map(({ id }) => id),
      }),
      "aws:ec2/getNatGateway:getNatGateway": ({ id }) => {
        const nat = find(region.natGateways, id);
        return {
          id,
          subnetId: nat.zone === undefined ? "" : `subnet-of-${nat.id}`,
          vpcId: nat.vpcId ?? "vpc-1",
          state: nat.state ?? "available",
          connectivityType: nat.connectivityType ?? "public",
        };
      },
      "aws:ec2/getSubnets:getSubnets": () => ({ ids: region.subnets.map(({ id }) => id) }),
      "aws:ec2/getSubnet:getSubnet": ({ id }) => ({ ...find([...region.subnets, ...natSubnets], id) }),
      "aws:ec2/getRouteTable:getRouteTable": ({ routeTableId }) => {
        const table = region.routeTables[String(routeTableId)];
        if (!table) throw new Error(`no ${String(routeTableId)}`);
        return { routeTableId, ...table };
      },
      // Without one the provider fails, which mocks tell without a message: test/sandbox/program.test.ts has that.
      "aws:ec2/getVpcEndpoint:getVpcEndpoint": ({ serviceName }) => {
        const networkInterfaceIds = region.endpoints[serviceName?.split(".").at(-1) ?? ""] ?? [];
        return { networkInterfaceIds, privateDnsEnabled: networkInterfaceIds.length > 0 };
      },
      "aws:ec2/getNetworkInterface:getNetworkInterface": ({ id }) => ({ privateIp: id }),
      "github:index/getRepository:getRepository": () => ({ defaultBranch: "main", ...region.repository }),
      ...targetFunctions(region.target),
      "aws:codestarconnections/getConnection:getConnection": ({ arn }) => ({ arn, ...region.connection }),
    },
  };
}

/** The three regions as they should be. */
export const regions: Record<string, () => MockRegion> = {
  "ja-production": () => mockRegion("ap-northeast-1", ["a", "c"], "10.10"),
  "kr-production": () => mockRegion("ap-northeast-2", ["a", "c"], "10.20"),
  "in-production": () => mockRegion("ap-south-1", ["a", "b"], "10.30"),
};
