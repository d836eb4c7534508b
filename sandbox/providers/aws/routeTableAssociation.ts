import {
  AssociateRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteTableAssociationCommand,
  type RouteTableAssociation,
} from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { string } from "../schema";
import type { Values } from "../values";
import { doing, regionProperty, text, unlessGone, type Aws, type AwsResource } from "./context";
import { findRouteTable } from "./routeTable";

const tableNotThereYet: RetryRule = {
  codes: ["InvalidRouteTableID.NotFound"],
  timeoutSeconds: 5 * 60,
  source: "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_route_table_association.go",
};

/** Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_route_table_association.go. */
export const routeTableAssociation: AwsResource = {
  properties: {
    routeTableId: string({ required: true }),
    subnetId: string({ required: true, replaces: true }),
    region: regionProperty,
  },
  appears: {
    timeoutSeconds: 5 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/ec2/wait.go",
  },
  async create(aws, inputs) {
    const table = text(inputs, "routeTableId");
    const { AssociationId } = await doing(`creating Route Table (${table}) Association`, () =>
      retrying(tableNotThereYet, () =>
        aws.ec2.send(
          new AssociateRouteTableCommand({ RouteTableId: table, SubnetId: text(inputs, "subnetId") }),
        ),
      ),
    );
    return { id: AssociationId ?? "" };
  },
  async read(aws, id, prior) {
    const live = await findAssociation(aws, id, prior);
    return live && { routeTableId: live.RouteTableId, subnetId: live.SubnetId, region: aws.region };
  },
  async update(aws, id, { prior, inputs }) {
    const live = await findAssociation(aws, id, prior);
    await doing(`updating Route Table Association (${id})`, () =>
      aws.ec2.send(
        new ReplaceRouteTableAssociationCommand({
          AssociationId: live?.RouteTableAssociationId ?? id,
          RouteTableId: text(inputs, "routeTableId"),
        }),
      ),
    );
  },
  async delete(aws, id, state) {
    const live = await findAssociation(aws, id, state);
    await doing(`deleting Route Table Association (${id})`, () =>
      unlessGone(["InvalidAssociationID.NotFound"], () =>
        aws.ec2.send(
          new DisassociateRouteTableCommand({ AssociationId: live?.RouteTableAssociationId ?? id }),
        ),
      ),
    );
  },
  async import(aws, given) {
    const [subnetId, routeTableId] = given.split("/");
    if (!subnetId || !routeTableId) {
      throw new Error(`Unexpected format for import: ${given}. Use 'subnet ID/route table ID'`);
    }
    const found = await findRouteTable(aws, routeTableId);
    const association = found?.Associations?.find((candidate) => candidate.SubnetId === subnetId);
    if (!association?.RouteTableAssociationId) {
      throw new Error(
        `No association found between route table ID ${routeTableId} and target ID ${subnetId}`,
      );
    }
    return { id: association.RouteTableAssociationId, prior: { subnetId, routeTableId } };
  },
};

/** By id or, because an update gives it a new id that Pulumi cannot take over, by what it ties together. */
async function findAssociation(
  aws: Aws,
  id: string,
  prior: Values,
): Promise<RouteTableAssociation | undefined> {
  const byId = await associations(aws, "association.route-table-association-id", id);
  const live = byId.find((candidate) => candidate.RouteTableAssociationId === id);
  if (live || typeof prior.subnetId !== "string") return live;
  const bySubnet = await associations(aws, "association.subnet-id", prior.subnetId);
  return bySubnet.find(
    (candidate) => candidate.SubnetId === prior.subnetId && candidate.RouteTableId === prior.routeTableId,
  );
}

async function associations(aws: Aws, filter: string, value: string): Promise<RouteTableAssociation[]> {
  const { RouteTables } = await doing("reading Route Table Association", () =>
    aws.ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: filter, Values: [value] }] })),
  );
  return (RouteTables ?? []).flatMap((table) => table.Associations ?? []);
}
