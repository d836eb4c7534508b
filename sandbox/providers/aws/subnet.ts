import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
  waitUntilSubnetAvailable,
} from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { boolean, string } from "../schema";
import {
  arn,
  doing,
  optionalText,
  regionProperty,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

/** Network interfaces of what just ended still hold the subnet. */
const stillInUse: RetryRule = {
  codes: ["DependencyViolation"],
  timeoutSeconds: 20 * 60,
  source: "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_subnet.go",
};

/** Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_subnet.go. */
export const subnet: AwsResource = {
  properties: {
    vpcId: string({ required: true, replaces: true }),
    cidrBlock: string({ computed: true, replaces: true }),
    availabilityZone: string({ computed: true, replaces: true }),
    availabilityZoneId: string({ computed: true, replaces: true }),
    mapPublicIpOnLaunch: boolean({ default: false }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    ownerId: string({ output: true }),
  },
  conflicts: [["availabilityZone", "availabilityZoneId"]],
  appears: {
    timeoutSeconds: 5 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_subnet.go",
  },
  async create(aws, inputs) {
    const { Subnet } = await doing("creating EC2 Subnet", () =>
      aws.ec2.send(
        new CreateSubnetCommand({
          VpcId: text(inputs, "vpcId"),
          CidrBlock: optionalText(inputs, "cidrBlock"),
          AvailabilityZone: optionalText(inputs, "availabilityZone"),
          AvailabilityZoneId: optionalText(inputs, "availabilityZoneId"),
          TagSpecifications: tagSpecifications("subnet", inputs),
        }),
      ),
    );
    return { id: Subnet?.SubnetId ?? "" };
  },
  async afterCreate(aws, id, inputs) {
    await waitUntilSubnetAvailable({ client: aws.ec2, maxWaitTime: 600, minDelay: 1 }, { SubnetIds: [id] });
    if (inputs.mapPublicIpOnLaunch === true) await mapPublicIp(aws, id, true);
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EC2 Subnet (${id})`, () =>
      unlessGone(["InvalidSubnetID.NotFound"], () =>
        aws.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] })),
      ),
    );
    const live = found?.Subnets?.[0];
    if (!live) return undefined;
    return {
      vpcId: live.VpcId,
      cidrBlock: live.CidrBlock,
      availabilityZone: live.AvailabilityZone,
      availabilityZoneId: live.AvailabilityZoneId,
      mapPublicIpOnLaunch: live.MapPublicIpOnLaunch,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: live.SubnetArn ?? arn(aws, "ec2", `subnet/${id}`),
      ownerId: live.OwnerId,
    };
  },
  async update(aws, id, change) {
    await updateEc2Tags(aws, id, change);
    if (change.changes("mapPublicIpOnLaunch"))
      await mapPublicIp(aws, id, change.inputs.mapPublicIpOnLaunch === true);
  },
  async delete(aws, id) {
    await doing(`deleting EC2 Subnet (${id})`, () =>
      unlessGone(["InvalidSubnetID.NotFound"], () =>
        retrying(stillInUse, () => aws.ec2.send(new DeleteSubnetCommand({ SubnetId: id }))),
      ),
    );
  },
};

async function mapPublicIp(
  aws: Parameters<AwsResource["create"]>[0],
  id: string,
  on: boolean,
): Promise<void> {
  await doing(`setting EC2 Subnet (${id}) MapPublicIpOnLaunch`, () =>
    aws.ec2.send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value: on } })),
  );
}
