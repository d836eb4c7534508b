import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClusterCommand,
  DescribeUpdateCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateClusterConfigCommand,
  UpdateClusterVersionCommand,
  waitUntilClusterActive,
  type Cluster,
  type LogType,
  type UpdateClusterConfigCommandInput,
} from "@aws-sdk/client-eks";
import { retrying, type RetryRule } from "../retry";
import { boolean, list, object, set, string, type Change } from "../schema";
import type { Values } from "../values";
import {
  doing,
  optionalText,
  regionProperty,
  tagChange,
  tagProperties,
  tagStateOf,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
  type Tags,
} from "./context";

const source = "hashicorp/terraform-provider-aws:internal/service/eks/cluster.go";

/** EKS does not see the role yet, or not its policy. */
const roleNotReadyYet: RetryRule = {
  codes: ["InvalidParameterException"],
  message:
    /does not exist|Error in role params|trusted entity is not correct|doesn't have the Amazon EKS Managed Policies|IAM role's policy must include/,
  timeoutSeconds: 2 * 60,
  source,
};

const stillChanging: RetryRule = {
  codes: ["ResourceInUseException"],
  message: "in progress",
  timeoutSeconds: 60 * 60,
  source,
};

const stillDeleting: RetryRule = { codes: ["StillThere"], timeoutSeconds: 15 * 60, source };

const logTypes: LogType[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** On AWS's own hosts, without Auto Mode, Outposts, hybrid nodes and keys of one's own. Rules: see `source`. */
export const cluster: AwsResource = {
  properties: {
    name: string({ replaces: true }),
    roleArn: string({ required: true, replaces: true }),
    version: string({ computed: true }),
    bootstrapSelfManagedAddons: boolean({ default: true, replaces: true }),
    enabledClusterLogTypes: set(string({ oneOf: logTypes })),
    accessConfig: object(
      {
        authenticationMode: string({ computed: true, oneOf: ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"] }),
        bootstrapClusterCreatorAdminPermissions: boolean({ default: true, replaces: true }),
      },
      { computed: true },
    ),
    vpcConfig: object(
      {
        subnetIds: set(string(), { required: true }),
        securityGroupIds: set(string()),
        endpointPrivateAccess: boolean({ default: false }),
        endpointPublicAccess: boolean({ default: true }),
        publicAccessCidrs: set(string(), { computed: true }),
        clusterSecurityGroupId: string({ output: true }),
        vpcId: string({ output: true }),
      },
      { required: true },
    ),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    certificateAuthority: object({ data: string({ output: true }) }, { output: true }),
    createdAt: string({ output: true }),
    endpoint: string({ output: true }),
    identities: list(object({ oidcs: list(object({ issuer: string() })) }), { output: true }),
    platformVersion: string({ output: true }),
    status: string({ output: true }),
    upgradePolicy: object({ supportType: string() }, { output: true }),
  },
  autoname: { property: "name", maxLength: 100 },
  async create(aws, inputs) {
    const name = text(inputs, "name");
    const request = new CreateClusterCommand({
      name,
      roleArn: text(inputs, "roleArn"),
      version: optionalText(inputs, "version"),
      bootstrapSelfManagedAddons: inputs.bootstrapSelfManagedAddons as boolean,
      accessConfig: inputs.accessConfig as object | undefined,
      logging: logging(inputs),
      resourcesVpcConfig: inputs.vpcConfig as object,
      tags: inputs.tagsAll as Tags | undefined,
    });
    await doing(`creating EKS Cluster (${name})`, () =>
      retrying(roleNotReadyYet, () => aws.eks.send(request)),
    );
    return { id: name };
  },
  async afterCreate(aws, id) {
    await doing(`waiting for EKS Cluster (${id}) create`, () =>
      waitUntilClusterActive({ client: aws.eks, maxWaitTime: 30 * 60, minDelay: 1 }, { name: id }),
    );
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EKS Cluster (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () => aws.eks.send(new DescribeClusterCommand({ name: id }))),
    );
    return found?.cluster && stateOf(aws, found.cluster, prior);
  },
  async update(aws, id, change) {
    await doing(`updating EKS Cluster (${id})`, async () => {
      for (const request of updates(id, change)) await sendUpdate(aws, id, request);
      const resourceArn = text(change.prior, "arn");
      const { put, remove } = tagChange(change.prior, change.inputs);
      if (remove.length > 0) await aws.eks.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
      if (Object.keys(put).length > 0) await aws.eks.send(new TagResourceCommand({ resourceArn, tags: put }));
    });
  },
  async delete(aws, id) {
    const asked = await doing(`deleting EKS Cluster (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () =>
        retrying(stillChanging, () => aws.eks.send(new DeleteClusterCommand({ name: id }))),
      ),
    );
    if (!asked) return;
    await doing(`waiting for EKS Cluster (${id}) delete`, () =>
      retrying(stillDeleting, () => refuseWhileThere(aws, id)),
    );
  },
};

/** The SDK's own waiter does not know the error of a cluster that is gone, as clients here word it. */
async function refuseWhileThere(aws: Aws, name: string): Promise<void> {
  const found = await unlessGone(["ResourceNotFoundException"], () =>
    aws.eks.send(new DescribeClusterCommand({ name })),
  );
  if (found)
    throw Object.assign(new Error(`it is ${found.cluster?.status ?? "there"}`), { code: "StillThere" });
}

function stateOf(aws: Aws, live: Cluster, prior: Values): Values {
  const { resourcesVpcConfig: vpc, accessConfig } = live;
  const priorAccess = prior.accessConfig as Values | undefined;
  return {
    name: live.name,
    roleArn: live.roleArn,
    version: live.version,
    // Neither of the two is in EKS's answer.
    bootstrapSelfManagedAddons: prior.bootstrapSelfManagedAddons,
    accessConfig: accessConfig && {
      authenticationMode: accessConfig.authenticationMode,
      bootstrapClusterCreatorAdminPermissions: priorAccess?.bootstrapClusterCreatorAdminPermissions ?? true,
    },
    enabledClusterLogTypes: (live.logging?.clusterLogging ?? [])
      .filter(({ enabled }) => enabled)
      .flatMap(({ types }) => types ?? []),
    vpcConfig: {
      subnetIds: vpc?.subnetIds ?? [],
      securityGroupIds: vpc?.securityGroupIds ?? [],
      endpointPrivateAccess: vpc?.endpointPrivateAccess ?? false,
      endpointPublicAccess: vpc?.endpointPublicAccess ?? false,
      publicAccessCidrs: vpc?.publicAccessCidrs ?? [],
      clusterSecurityGroupId: vpc?.clusterSecurityGroupId,
      vpcId: vpc?.vpcId,
    },
    region: aws.region,
    ...tagStateOf(aws, live.tags, prior),
    arn: live.arn,
    certificateAuthority: { data: live.certificateAuthority?.data ?? "" },
    createdAt: live.createdAt?.toISOString(),
    endpoint: live.endpoint,
    identities: [{ oidcs: [{ issuer: live.identity?.oidc?.issuer ?? "" }] }],
    platformVersion: live.platformVersion,
    status: live.status,
    upgradePolicy: { supportType: live.upgradePolicy?.supportType ?? "" },
  };
}

/** What is on and what is off, both in full. */
function logging({ enabledClusterLogTypes }: Values) {
  const enabled = (enabledClusterLogTypes ?? []) as LogType[];
  return {
    clusterLogging: [
      { enabled: true, types: enabled },
      { enabled: false, types: logTypes.filter((type) => !enabled.includes(type)) },
    ],
  };
}

type ClusterUpdate = UpdateClusterVersionCommand | UpdateClusterConfigCommand;

/** One kind of change a call, in the real provider's order. */
function updates(name: string, { prior, inputs, changes }: Change): ClusterUpdate[] {
  const config = (part: Omit<UpdateClusterConfigCommandInput, "name">) =>
    new UpdateClusterConfigCommand({ name, ...part });
  const [before, after] = [prior.vpcConfig as Values, inputs.vpcConfig as Values];
  const differs = (...keys: string[]) =>
    changes("vpcConfig") &&
    keys.some(
      (key) => after[key] !== undefined && JSON.stringify(after[key]) !== JSON.stringify(before[key]),
    );
  const { authenticationMode } = (inputs.accessConfig ?? {}) as Values;
  return [
    ...(changes("version")
      ? [new UpdateClusterVersionCommand({ name, version: text(inputs, "version") })]
      : []),
    ...(changes("accessConfig") ? [config({ accessConfig: { authenticationMode } as object })] : []),
    ...(changes("enabledClusterLogTypes") ? [config({ logging: logging(inputs) })] : []),
    ...(differs("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
      ? [config({ resourcesVpcConfig: pick(after, endpointKeys) })]
      : []),
    ...(differs("subnetIds") ? [config({ resourcesVpcConfig: pick(after, ["subnetIds"]) })] : []),
    ...(differs("securityGroupIds")
      ? [config({ resourcesVpcConfig: pick(after, ["securityGroupIds"]) })]
      : []),
  ];
}

const endpointKeys = ["endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"];

function pick(values: Values, keys: string[]): Values {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
}

/** Asks for an update and waits for its end. */
async function sendUpdate(aws: Aws, name: string, request: ClusterUpdate): Promise<void> {
  const { update } = await aws.eks.send(request as UpdateClusterConfigCommand);
  const updateId = update?.id;
  for (;;) {
    const { update: seen } = await aws.eks.send(new DescribeUpdateCommand({ name, updateId }));
    if (seen?.status === "Successful") return;
    if (seen?.status !== "InProgress")
      throw new Error(`update (${updateId ?? ""}) is ${seen?.status ?? "gone"}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
