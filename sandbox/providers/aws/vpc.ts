import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  waitUntilVpcAvailable,
} from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { boolean, string } from "../schema";
import type { Values } from "../values";
import {
  arn,
  doing,
  regionProperty,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_.go";

/** What stood in the VPC is still going. */
const stillInUse: RetryRule = { codes: ["DependencyViolation"], timeoutSeconds: 5 * 60, source };

/** Without IPv6, address pools and dedicated hosts. Rules: see `source`. */
export const vpc: AwsResource = {
  properties: {
    cidrBlock: string({ computed: true, replaces: true }),
    enableDnsHostnames: boolean({ computed: true }),
    enableDnsSupport: boolean({ default: true }),
    instanceTenancy: string({ default: "default", oneOf: ["default"] }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    defaultNetworkAclId: string({ output: true }),
    defaultRouteTableId: string({ output: true }),
    defaultSecurityGroupId: string({ output: true }),
    dhcpOptionsId: string({ output: true }),
    mainRouteTableId: string({ output: true }),
    ownerId: string({ output: true }),
  },
  appears: { timeoutSeconds: 5 * 60, source },
  async create(aws, inputs) {
    const { Vpc } = await doing("creating EC2 VPC", () =>
      aws.ec2.send(
        new CreateVpcCommand({
          CidrBlock: text(inputs, "cidrBlock"),
          InstanceTenancy: "default",
          TagSpecifications: tagSpecifications("vpc", inputs),
        }),
      ),
    );
    return { id: Vpc?.VpcId ?? "" };
  },
  async afterCreate(aws, id, inputs) {
    await waitUntilVpcAvailable({ client: aws.ec2, maxWaitTime: 600, minDelay: 1 }, { VpcIds: [id] });
    // As a new VPC has them.
    const made = { enableDnsHostnames: false, enableDnsSupport: true };
    await updateDns(aws, id, (key) => inputs[key] !== undefined && inputs[key] !== made[key], inputs);
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EC2 VPC (${id})`, () =>
      unlessGone(["InvalidVpcID.NotFound"], () => aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }))),
    );
    const live = found?.Vpcs?.[0];
    if (!live) return undefined;
    return {
      cidrBlock: live.CidrBlock,
      ...(await readDns(aws, id)),
      instanceTenancy: live.InstanceTenancy,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: arn(aws, "ec2", `vpc/${id}`),
      dhcpOptionsId: live.DhcpOptionsId,
      ownerId: live.OwnerId,
      ...(await readDefaults(aws, id)),
    };
  },
  async update(aws, id, change) {
    await updateEc2Tags(aws, id, change);
    await updateDns(aws, id, change.changes, change.inputs);
  },
  async delete(aws, id) {
    await doing(`deleting EC2 VPC (${id})`, () =>
      unlessGone(["InvalidVpcID.NotFound"], () =>
        retrying(stillInUse, () => aws.ec2.send(new DeleteVpcCommand({ VpcId: id }))),
      ),
    );
  },
};

/** One attribute a call: EC2 takes no two at once. Names resolve before hosts can have them. */
async function updateDns(
  aws: Aws,
  VpcId: string,
  changes: (key: "enableDnsHostnames" | "enableDnsSupport") => boolean,
  inputs: Values,
): Promise<void> {
  const send = (attribute: object) => aws.ec2.send(new ModifyVpcAttributeCommand({ VpcId, ...attribute }));
  await doing(`modifying EC2 VPC (${VpcId})`, async () => {
    if (changes("enableDnsSupport"))
      await send({ EnableDnsSupport: { Value: inputs.enableDnsSupport === true } });
    if (changes("enableDnsHostnames"))
      await send({ EnableDnsHostnames: { Value: inputs.enableDnsHostnames === true } });
  });
}

async function readDns(aws: Aws, VpcId: string): Promise<Values> {
  const attribute = (Attribute: "enableDnsHostnames" | "enableDnsSupport") =>
    aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
  const [hostnames, support] = await Promise.all([
    attribute("enableDnsHostnames"),
    attribute("enableDnsSupport"),
  ]);
  return {
    enableDnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
    enableDnsSupport: support.EnableDnsSupport?.Value ?? false,
  };
}

/** What EC2 has made with the VPC. */
async function readDefaults(aws: Aws, id: string): Promise<Values> {
  const inVpc = { Name: "vpc-id", Values: [id] };
  const [acls, tables, groups] = await Promise.all([
    aws.ec2.send(new DescribeNetworkAclsCommand({ Filters: [inVpc, { Name: "default", Values: ["true"] }] })),
    aws.ec2.send(
      new DescribeRouteTablesCommand({ Filters: [inVpc, { Name: "association.main", Values: ["true"] }] }),
    ),
    aws.ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [inVpc, { Name: "group-name", Values: ["default"] }] }),
    ),
  ]);
  const mainRouteTableId = tables.RouteTables?.[0]?.RouteTableId;
  return {
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
    defaultRouteTableId: mainRouteTableId,
    mainRouteTableId,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
  };
}
