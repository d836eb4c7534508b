import {
  AllocateAddressCommand,
  DescribeAddressesAttributeCommand,
  DescribeAddressesCommand,
  DisassociateAddressCommand,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { string } from "../schema";
import {
  arn,
  doing,
  optionalText,
  regionProperty,
  tagProperties,
  tagState,
  unlessGone,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/ec2_eip.go";
const gone = ["InvalidAllocationID.NotFound"];

/** An Elastic IP address of Amazon's own pool, for a NAT gateway to take. Rules: see `source`. */
export const eip: AwsResource = {
  properties: {
    domain: string({ computed: true, replaces: true, oneOf: ["vpc"] }),
    region: regionProperty,
    ...tagProperties,
    allocationId: string({ output: true }),
    arn: string({ output: true }),
    associationId: string({ output: true }),
    networkInterface: string({ output: true }),
    privateIp: string({ output: true }),
    ptrRecord: string({ output: true }),
    publicIp: string({ output: true }),
  },
  appears: { timeoutSeconds: 5 * 60, source },
  async create(aws, inputs) {
    const { AllocationId } = await doing("creating EC2 EIP", () =>
      aws.ec2.send(
        new AllocateAddressCommand({
          Domain: "vpc",
          TagSpecifications: tagSpecifications("elastic-ip", inputs),
        }),
      ),
    );
    return { id: AllocationId ?? "" };
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EC2 EIP (${id})`, () =>
      unlessGone(gone, () => aws.ec2.send(new DescribeAddressesCommand({ AllocationIds: [id] }))),
    );
    const live = found?.Addresses?.[0];
    if (!live) return undefined;
    const { Addresses: names } = await doing(`reading EC2 EIP (${id}) domain name attribute`, () =>
      aws.ec2.send(new DescribeAddressesAttributeCommand({ AllocationIds: [id], Attribute: "domain-name" })),
    );
    return {
      domain: live.Domain,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      allocationId: live.AllocationId,
      arn: arn(aws, "ec2", `elastic-ip/${id}`),
      associationId: live.AssociationId ?? "",
      networkInterface: live.NetworkInterfaceId ?? "",
      privateIp: live.PrivateIpAddress ?? "",
      ptrRecord: names?.[0]?.PtrRecord ?? "",
      publicIp: live.PublicIp,
    };
  },
  update: updateEc2Tags,
  async delete(aws, id, state) {
    // As the state has it: a gateway that took the address later is not in it until a refresh.
    const AssociationId = optionalText(state, "associationId");
    if (AssociationId !== undefined) {
      await doing(`disassociating EC2 EIP (${AssociationId})`, () =>
        unlessGone(["InvalidAssociationID.NotFound"], () =>
          aws.ec2.send(new DisassociateAddressCommand({ AssociationId })),
        ),
      );
    }
    await doing(`deleting EC2 EIP (${id})`, () =>
      unlessGone(gone, () => aws.ec2.send(new ReleaseAddressCommand({ AllocationId: id }))),
    );
  },
};
