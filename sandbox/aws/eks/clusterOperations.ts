import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../error";
import { parseInput } from "../service";
import type { Role } from "../iam/evaluate";
import { asList } from "../iam/document";
import { now, type Cluster, type Clusters, type Update } from "./clusters";

const invalid = "InvalidParameterException";
const clusterName = /^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/;
const authenticationMode = z.enum(["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"]);
const logging = z.object({
  clusterLogging: z.array(
    z.object({
      enabled: z.boolean(),
      types: z.array(z.enum(["api", "audit", "authenticator", "controllerManager", "scheduler"])),
    }),
  ),
});
const creation = z.object({
  name: z.string().regex(clusterName),
  version: z.string().regex(/^1\.\d{2}$/),
  roleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/),
  resourcesVpcConfig: z.object({
    subnetIds: z.array(z.string()).min(2),
    securityGroupIds: z.array(z.string()).default([]),
    endpointPublicAccess: z.boolean().default(true),
    endpointPrivateAccess: z.boolean().default(false),
    publicAccessCidrs: z.array(z.string()).optional(),
  }),
  accessConfig: z
    .object({
      bootstrapClusterCreatorAdminPermissions: z.boolean().default(true),
      authenticationMode: authenticationMode.default("CONFIG_MAP"),
    })
    .default({ bootstrapClusterCreatorAdminPermissions: true, authenticationMode: "CONFIG_MAP" }),
  bootstrapSelfManagedAddons: z.boolean().default(true),
  logging: logging.default({ clusterLogging: [] }),
  tags: z.record(z.string(), z.string()).default({}),
});
const update = z.object({
  resourcesVpcConfig: z
    .object({
      endpointPublicAccess: z.boolean().optional(),
      endpointPrivateAccess: z.boolean().optional(),
      publicAccessCidrs: z.array(z.string()).optional(),
    })
    .optional(),
  accessConfig: z.object({ authenticationMode }).optional(),
});

/** Where a cluster is made. */
export interface ClusterPlace {
  region: string;
  accountId: string;
  ec2: EC2Client;
  /** With IAM's lag. */
  visibleRole: (arn: string) => Role | undefined;
}

/**
 * Makes a cluster with its security group and its network interfaces, as EKS does in the customer's account. It is
 * ACTIVE at once: nobody waits ten minutes for a world that stood before.
 */
export async function createCluster(
  clusters: Clusters,
  place: ClusterPlace,
  input: unknown,
): Promise<Cluster> {
  const wanted = parseInput(creation, input, invalid);
  const { region, accountId, ec2 } = place;
  if (clusters.in(region).clusters[wanted.name])
    throw new AwsError("ResourceInUseException", `Cluster already exists with name: ${wanted.name}`, 409);
  refuseRole(wanted.roleArn, place.visibleRole(wanted.roleArn));
  const { subnetIds, publicAccessCidrs, ...vpcConfig } = wanted.resourcesVpcConfig;
  const vpcId = await vpcOfSubnets(ec2, subnetIds);
  const clusterSecurityGroupId = await createClusterSecurityGroup(ec2, wanted.name, vpcId);
  for (const SubnetId of subnetIds.slice(0, 2))
    await ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId,
        Groups: [clusterSecurityGroupId, ...vpcConfig.securityGroupIds],
        Description: `Amazon EKS ${wanted.name}`,
      }),
    );
  const id = randomBytes(16).toString("hex").toUpperCase();
  const cluster: Cluster = {
    name: wanted.name,
    arn: `arn:aws:eks:${region}:${accountId}:cluster/${wanted.name}`,
    createdAt: now(),
    version: wanted.version,
    endpoint: `https://${id}.gr7.${region}.eks.amazonaws.com`,
    roleArn: wanted.roleArn,
    resourcesVpcConfig: {
      subnetIds,
      ...vpcConfig,
      clusterSecurityGroupId,
      vpcId,
      publicAccessCidrs: publicAccessCidrs ?? (vpcConfig.endpointPublicAccess ? ["0.0.0.0/0"] : []),
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: "172.20.0.0/16", ipFamily: "ipv4" },
    accessConfig: wanted.accessConfig,
    logging: wanted.logging,
    upgradePolicy: { supportType: "EXTENDED" },
    identity: { oidc: { issuer: `https://oidc.eks.${region}.amazonaws.com/id/${id}` } },
    status: "ACTIVE",
    // Only builds reach the API server, and they are shown another address with the certificate that it has.
    certificateAuthority: { data: "" },
    platformVersion: "eks.1",
    tags: wanted.tags,
  };
  clusters.change(region, (state) => {
    state.clusters[wanted.name] = cluster;
  });
  return cluster;
}

const clusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

/**
 * EKS works with the role, so it must be let in and have what it needs. In the words that the real provider waits for:
 * hashicorp/terraform-provider-aws:internal/service/eks/cluster.go (`resourceClusterCreate`).
 */
function refuseRole(arn: string, role: Role | undefined): void {
  if (!role) throw new AwsError(invalid, `roleArn, ${arn}, does not exist`);
  const isTrusted = asList(role.trust.Statement).some(
    ({ Effect, Principal }) =>
      Effect === "Allow" &&
      typeof Principal === "object" &&
      asList(Principal.Service).includes("eks.amazonaws.com"),
  );
  if (!isTrusted)
    throw new AwsError(invalid, "Role could not be assumed because the trusted entity is not correct");
  if (!role.managedPolicyArns?.includes(clusterPolicy))
    throw new AwsError(
      invalid,
      "The provided role doesn't have the Amazon EKS Managed Policies associated with it. " +
        `Please ensure the following policy is attached: ${clusterPolicy}`,
    );
}

async function vpcOfSubnets(ec2: EC2Client, subnetIds: string[]): Promise<string> {
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: subnetIds }] }),
  );
  const zones = new Set(Subnets?.map(({ AvailabilityZone }) => AvailabilityZone));
  // https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
  if (zones.size < 2) throw new AwsError(invalid, "Subnets specified must be in at least two different AZs");
  const vpcs = [...new Set(Subnets?.map(({ VpcId }) => VpcId))];
  if (Subnets?.length !== subnetIds.length || vpcs.length !== 1 || vpcs[0] === undefined)
    throw new AwsError(invalid, `The subnets ${subnetIds.join(", ")} are not known or not all of one VPC.`);
  return vpcs[0];
}

/** https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html */
async function createClusterSecurityGroup(ec2: EC2Client, cluster: string, VpcId: string): Promise<string> {
  const GroupName = `eks-cluster-sg-${cluster}-${String(parseInt(randomBytes(4).toString("hex"), 16))}`;
  const tags = { Name: GroupName, [`kubernetes.io/cluster/${cluster}`]: "owned" };
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName,
      VpcId,
      Description:
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, " +
        "as well as any managed workloads.",
      TagSpecifications: [
        {
          ResourceType: "security-group",
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    }),
  );
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] }],
    }),
  );
  return GroupId;
}

/**
 * Changes the endpoints or the authentication mode; at once. One kind of change a call, no way back from access entries.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
 */
export function updateClusterConfig(
  clusters: Clusters,
  region: string,
  name: string,
  input: unknown,
): Update {
  const { resourcesVpcConfig, accessConfig } = parseInput(update, input, invalid);
  const cluster = clusters.cluster(region, name);
  if (!resourcesVpcConfig === !accessConfig)
    throw new AwsError(invalid, "Exactly one of resourcesVpcConfig and accessConfig must be given.");
  if (accessConfig) refuseModeChange(cluster, accessConfig.authenticationMode);
  const changes = accessConfig
    ? [{ type: "AuthenticationMode", value: accessConfig.authenticationMode }]
    : endpointChanges(cluster, resourcesVpcConfig ?? {});
  const done: Update = {
    id: randomUUID(),
    clusterName: name,
    status: "Successful",
    type: accessConfig ? "AccessConfigUpdate" : "EndpointAccessUpdate",
    params: changes,
    createdAt: now(),
    errors: [],
  };
  clusters.change(region, (state) => {
    const changed = state.clusters[name];
    if (!changed) return;
    Object.assign(changed.accessConfig, accessConfig);
    Object.assign(changed.resourcesVpcConfig, resourcesVpcConfig);
    state.updates.push(done);
  });
  return done;
}

function refuseModeChange({ accessConfig }: Cluster, wanted: string): void {
  const order = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
  const current = accessConfig.authenticationMode;
  if (order.indexOf(wanted) !== order.indexOf(current) + 1)
    throw new AwsError(
      "InvalidRequestException",
      `Unsupported authentication mode update from ${current} to ${wanted}`,
    );
}

function endpointChanges(cluster: Cluster, wanted: z.infer<typeof update>["resourcesVpcConfig"] & object) {
  const current = cluster.resourcesVpcConfig;
  const next = { ...current, ...wanted };
  if (!next.endpointPrivateAccess && !next.endpointPublicAccess)
    throw new AwsError(invalid, "Private and public endpoint access cannot both be false.");
  if (
    next.endpointPrivateAccess === current.endpointPrivateAccess &&
    next.endpointPublicAccess === current.endpointPublicAccess &&
    wanted.publicAccessCidrs === undefined
  )
    throw new AwsError(invalid, "Cluster is already at the desired configuration.");
  return [
    { type: "EndpointPublicAccess", value: String(next.endpointPublicAccess) },
    { type: "EndpointPrivateAccess", value: String(next.endpointPrivateAccess) },
    { type: "PublicAccessCidrs", value: JSON.stringify(next.publicAccessCidrs) },
  ];
}
