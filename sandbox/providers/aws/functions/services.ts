import {
  GetConnectionCommand,
  ListConnectionsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-codestar-connections";
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, ListClustersCommand, type Cluster } from "@aws-sdk/client-eks";
import { GetOpenIDConnectProviderCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { string, tags, type FunctionType } from "../../schema";
import { arn, doing, optionalText, text, unlessGone, type Aws } from "../context";
import { filterArgs, filters, single, tagMap } from "./filters";

export const getCluster: FunctionType<Aws> = {
  args: { name: string({ required: true }), region: string(), tags: tags() },
  async call(aws, args) {
    const name = text(args, "name");
    const { cluster } = await doing(`reading EKS Cluster (${name})`, () =>
      aws.eks.send(new DescribeClusterCommand({ name })),
    );
    if (!cluster) throw new Error(`reading EKS Cluster (${name}): empty result`);
    return clusterResult(aws, cluster);
  },
};

export const getClusters: FunctionType<Aws> = {
  args: { region: string() },
  async call(aws) {
    const { clusters } = await doing("listing EKS Clusters", () => aws.eks.send(new ListClustersCommand({})));
    return { id: aws.region, names: clusters ?? [], region: aws.region };
  },
};

export const getConnection: FunctionType<Aws> = {
  args: { arn: string(), name: string(), region: string(), tags: tags() },
  async call(aws, args) {
    const ConnectionArn = optionalText(args, "arn") ?? (await connectionArnOf(aws, text(args, "name")));
    const { Connection } = await doing(`reading CodeStar Connections Connection (${ConnectionArn})`, () =>
      aws.connections.send(new GetConnectionCommand({ ConnectionArn })),
    );
    const { Tags } = await aws.connections.send(
      new ListTagsForResourceCommand({ ResourceArn: ConnectionArn }),
    );
    return {
      arn: Connection?.ConnectionArn,
      connectionStatus: Connection?.ConnectionStatus,
      hostArn: Connection?.HostArn ?? "",
      id: Connection?.ConnectionArn,
      name: Connection?.ConnectionName,
      providerType: Connection?.ProviderType,
      region: aws.region,
      tags: tagMap(Tags),
    };
  },
};

/**
 * By its ARN, as the program asks for it.
 * Rules: hashicorp/terraform-provider-aws:internal/service/iam/openid_connect_provider_data_source.go.
 */
export const getOpenIdConnectProvider: FunctionType<Aws> = {
  args: { arn: string({ required: true }) },
  async call(aws, args) {
    const OpenIDConnectProviderArn = text(args, "arn");
    const found = await doing("reading IAM OIDC Provider", () =>
      unlessGone(["NoSuchEntity", "NoSuchEntityException"], () =>
        aws.iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
      ),
    );
    if (!found) throw new Error("reading IAM OIDC Provider: couldn't find resource");
    return {
      arn: OpenIDConnectProviderArn,
      id: OpenIDConnectProviderArn,
      url: found.Url ?? "",
      clientIdLists: found.ClientIDList ?? [],
      thumbprintLists: found.ThumbprintList ?? [],
      tags: tagMap(found.Tags),
    };
  },
};

export const getSecurityGroup: FunctionType<Aws> = {
  args: { ...filterArgs, id: string(), name: string(), vpcId: string() },
  async call(aws, args) {
    const id = optionalText(args, "id");
    const { SecurityGroups } = await doing("reading EC2 Security Group", () =>
      aws.ec2.send(
        new DescribeSecurityGroupsCommand({
          GroupIds: id ? [id] : undefined,
          Filters: filters(args, { "group-name": args.name, "vpc-id": args.vpcId }),
        }),
      ),
    );
    const group = single("EC2 Security Group", SecurityGroups);
    return {
      arn: group.SecurityGroupArn ?? arn(aws, "ec2", `security-group/${group.GroupId ?? ""}`),
      description: group.Description,
      filters: args.filters,
      id: group.GroupId,
      name: group.GroupName,
      region: aws.region,
      tags: tagMap(group.Tags),
      vpcId: group.VpcId,
    };
  },
};

export const getRole: FunctionType<Aws> = {
  args: { name: string({ required: true }), tags: tags() },
  async call(aws, args) {
    const RoleName = text(args, "name");
    const { Role } = await doing(`reading IAM Role (${RoleName})`, () =>
      aws.iam.send(new GetRoleCommand({ RoleName })),
    );
    return {
      arn: Role?.Arn,
      assumeRolePolicy: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
      createDate: Role?.CreateDate?.toISOString(),
      description: Role?.Description ?? "",
      id: RoleName,
      maxSessionDuration: Role?.MaxSessionDuration,
      name: Role?.RoleName,
      path: Role?.Path,
      permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      roleLastUseds: [],
      tags: tagMap(Role?.Tags),
      uniqueId: Role?.RoleId,
    };
  },
};

async function connectionArnOf(aws: Aws, name: string): Promise<string> {
  const { Connections } = await aws.connections.send(new ListConnectionsCommand({}));
  const found = (Connections ?? []).filter(({ ConnectionName }) => ConnectionName === name);
  return single(`CodeStar Connections Connection (${name})`, found).ConnectionArn ?? "";
}

/** Shapes of the result: `GetClusterResult` of @pulumi/aws; blocks are lists there, but for `vpcConfig`. */
function clusterResult(aws: Aws, cluster: Cluster) {
  const { resourcesVpcConfig: vpc, kubernetesNetworkConfig: network } = cluster;
  return {
    accessConfigs: cluster.accessConfig ? [cluster.accessConfig] : [],
    arn: cluster.arn,
    certificateAuthorities: cluster.certificateAuthority ? [cluster.certificateAuthority] : [],
    clusterId: cluster.id ?? "",
    computeConfigs: cluster.computeConfig ? [cluster.computeConfig] : [],
    controlPlaneScalingConfigs: [],
    createdAt: cluster.createdAt?.toISOString(),
    deletionProtection: cluster.deletionProtection ?? false,
    enabledClusterLogTypes: (cluster.logging?.clusterLogging ?? [])
      .filter(({ enabled }) => enabled)
      .flatMap(({ types }) => types ?? []),
    endpoint: cluster.endpoint,
    id: cluster.name,
    identities: cluster.identity?.oidc ? [{ oidcs: [cluster.identity.oidc] }] : [],
    kubeApiServerConfigs: [],
    kubeControllerManagerConfigs: [],
    kubeSchedulerConfigs: [],
    kubernetesNetworkConfigs: network
      ? [
          {
            elasticLoadBalancings: network.elasticLoadBalancing ? [network.elasticLoadBalancing] : [],
            ipFamily: network.ipFamily,
            serviceIpv4Cidr: network.serviceIpv4Cidr,
            serviceIpv6Cidr: network.serviceIpv6Cidr ?? "",
          },
        ]
      : [],
    name: cluster.name,
    outpostConfigs: [],
    platformVersion: cluster.platformVersion,
    region: aws.region,
    remoteNetworkConfigs: [],
    roleArn: cluster.roleArn,
    status: cluster.status,
    storageConfigs: [],
    tags: cluster.tags ?? {},
    upgradePolicies: cluster.upgradePolicy ? [cluster.upgradePolicy] : [],
    version: cluster.version,
    vpcConfig: {
      clusterSecurityGroupId: vpc?.clusterSecurityGroupId,
      controlPlaneEgressMode: "",
      endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
      endpointPublicAccess: vpc?.endpointPublicAccess ?? false,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? [],
      securityGroupIds: vpc?.securityGroupIds ?? [],
      subnetIds: vpc?.subnetIds ?? [],
      vpcId: vpc?.vpcId,
    },
    zonalShiftConfigs: cluster.zonalShiftConfig ? [cluster.zonalShiftConfig] : [],
  };
}
