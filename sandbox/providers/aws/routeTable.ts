import {
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
} from "@aws-sdk/client-ec2";
import type { RouteTable } from "@aws-sdk/client-ec2";
import { string } from "../schema";
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

/**
 * Without routes of its own: those are `aws.ec2.Route`s.
 * Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_route_table.go.
 */
export const routeTable: AwsResource = {
  properties: {
    vpcId: string({ required: true, replaces: true }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    ownerId: string({ output: true }),
  },
  appears: {
    timeoutSeconds: 5 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/ec2/wait.go",
  },
  async create(aws, inputs) {
    const { RouteTable } = await doing("creating Route Table", () =>
      aws.ec2.send(
        new CreateRouteTableCommand({
          VpcId: text(inputs, "vpcId"),
          TagSpecifications: tagSpecifications("route-table", inputs),
        }),
      ),
    );
    return { id: RouteTable?.RouteTableId ?? "" };
  },
  async read(aws, id, prior) {
    const live = await findRouteTable(aws, id);
    if (!live) return undefined;
    return {
      vpcId: live.VpcId,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: arn(aws, "ec2", `route-table/${id}`),
      ownerId: live.OwnerId,
    };
  },
  update: updateEc2Tags,
  async delete(aws, id) {
    const live = await findRouteTable(aws, id);
    for (const { RouteTableAssociationId } of live?.Associations ?? []) {
      await aws.ec2.send(new DisassociateRouteTableCommand({ AssociationId: RouteTableAssociationId }));
    }
    await doing(`deleting Route Table (${id})`, () =>
      unlessGone(["InvalidRouteTableID.NotFound"], () =>
        aws.ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })),
      ),
    );
  },
};

/** The route table of an id, or undefined where it is gone. */
export async function findRouteTable(aws: Aws, id: string): Promise<RouteTable | undefined> {
  const found = await doing(`reading Route Table (${id})`, () =>
    unlessGone(["InvalidRouteTableID.NotFound"], () =>
      aws.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })),
    ),
  );
  return found?.RouteTables?.[0];
}
