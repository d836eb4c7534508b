import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  waitUntilNatGatewayAvailable,
  waitUntilNatGatewayDeleted,
} from "@aws-sdk/client-ec2";
import { randomUUID } from "node:crypto";
import { string } from "../schema";
import {
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

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_nat_gateway.go";
const gone = ["NatGatewayNotFound"];

/** Public, in one zone, with one address. Rules: see `source`. */
export const natGateway: AwsResource = {
  properties: {
    subnetId: string({ required: true, replaces: true }),
    allocationId: string({ replaces: true }),
    connectivityType: string({ default: "public", replaces: true, oneOf: ["public"] }),
    privateIp: string({ computed: true, replaces: true }),
    region: regionProperty,
    ...tagProperties,
    associationId: string({ output: true }),
    networkInterfaceId: string({ output: true }),
    publicIp: string({ output: true }),
  },
  appears: { timeoutSeconds: 10 * 60, source },
  async create(aws, inputs) {
    const { NatGateway } = await doing("creating EC2 NAT Gateway", () =>
      aws.ec2.send(
        new CreateNatGatewayCommand({
          ClientToken: randomUUID(),
          SubnetId: text(inputs, "subnetId"),
          AllocationId: optionalText(inputs, "allocationId"),
          ConnectivityType: "public",
          PrivateIpAddress: optionalText(inputs, "privateIp"),
          TagSpecifications: tagSpecifications("natgateway", inputs),
        }),
      ),
    );
    return { id: NatGateway?.NatGatewayId ?? "" };
  },
  async afterCreate(aws, id) {
    await doing(`waiting for EC2 NAT Gateway (${id}) create`, () =>
      waitUntilNatGatewayAvailable(
        { client: aws.ec2, maxWaitTime: 600, minDelay: 1 },
        { NatGatewayIds: [id] },
      ),
    );
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EC2 NAT Gateway (${id})`, () =>
      unlessGone(gone, () => aws.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))),
    );
    const live = found?.NatGateways?.[0];
    if (!live || live.State === "deleted") return undefined;
    const address = live.NatGatewayAddresses?.[0];
    return {
      subnetId: live.SubnetId,
      allocationId: address?.AllocationId,
      connectivityType: live.ConnectivityType,
      privateIp: address?.PrivateIp,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      associationId: address?.AssociationId ?? "",
      networkInterfaceId: address?.NetworkInterfaceId ?? "",
      publicIp: address?.PublicIp ?? "",
    };
  },
  update: updateEc2Tags,
  async delete(aws, id) {
    const asked = await doing(`deleting EC2 NAT Gateway (${id})`, () =>
      unlessGone(gone, () => aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }))),
    );
    if (!asked) return;
    await doing(`waiting for EC2 NAT Gateway (${id}) delete`, () =>
      waitUntilNatGatewayDeleted(
        { client: aws.ec2, maxWaitTime: 30 * 60, minDelay: 1 },
        { NatGatewayIds: [id] },
      ),
    );
  },
};
