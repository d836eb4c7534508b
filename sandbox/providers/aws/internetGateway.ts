import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { string } from "../schema";
import {
  arn,
  doing,
  optionalText,
  regionProperty,
  tagProperties,
  tagState,
  unlessGone,
  type Aws,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_internet_gateway.go";

const notThereYet: RetryRule = {
  codes: ["InvalidInternetGatewayID.NotFound"],
  timeoutSeconds: 20 * 60,
  source,
};
/** Public addresses of what is going still lead through it. */
const stillInUse: RetryRule = { codes: ["DependencyViolation"], timeoutSeconds: 20 * 60, source };

/** Attached to one VPC, or to none. Rules: see `source`. */
export const internetGateway: AwsResource = {
  properties: {
    vpcId: string({ computed: true }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    ownerId: string({ output: true }),
  },
  appears: { timeoutSeconds: 5 * 60, source },
  async create(aws, inputs) {
    const { InternetGateway } = await doing("creating EC2 Internet Gateway", () =>
      aws.ec2.send(
        new CreateInternetGatewayCommand({
          TagSpecifications: tagSpecifications("internet-gateway", inputs),
        }),
      ),
    );
    return { id: InternetGateway?.InternetGatewayId ?? "" };
  },
  async afterCreate(aws, id, inputs) {
    const vpcId = optionalText(inputs, "vpcId");
    if (vpcId !== undefined) await attach(aws, id, vpcId);
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EC2 Internet Gateway (${id})`, () =>
      unlessGone(["InvalidInternetGatewayID.NotFound"], () =>
        aws.ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] })),
      ),
    );
    const live = found?.InternetGateways?.[0];
    if (!live) return undefined;
    return {
      vpcId: live.Attachments?.[0]?.VpcId ?? "",
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: arn(aws, "ec2", `internet-gateway/${id}`),
      ownerId: live.OwnerId,
    };
  },
  async update(aws, id, change) {
    if (change.changes("vpcId")) {
      const [before, after] = [optionalText(change.prior, "vpcId"), optionalText(change.inputs, "vpcId")];
      if (before !== undefined) await detach(aws, id, before);
      if (after !== undefined) await attach(aws, id, after);
    }
    await updateEc2Tags(aws, id, change);
  },
  async delete(aws, id, state) {
    const vpcId = optionalText(state, "vpcId");
    if (vpcId !== undefined) await detach(aws, id, vpcId);
    await doing(`deleting EC2 Internet Gateway (${id})`, () =>
      unlessGone(["InvalidInternetGatewayID.NotFound"], () =>
        retrying(stillInUse, () => aws.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }))),
      ),
    );
  },
};

async function attach(aws: Aws, InternetGatewayId: string, VpcId: string): Promise<void> {
  await doing(`attaching EC2 Internet Gateway (${InternetGatewayId}) to VPC (${VpcId})`, () =>
    retrying(notThereYet, () => aws.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }))),
  );
}

async function detach(aws: Aws, InternetGatewayId: string, VpcId: string): Promise<void> {
  await doing(`detaching EC2 Internet Gateway (${InternetGatewayId}) from VPC (${VpcId})`, () =>
    unlessGone(["Gateway.NotAttached"], () =>
      retrying(stillInUse, () =>
        aws.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })),
      ),
    ),
  );
}
