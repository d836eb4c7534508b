import { crc32 } from "node:zlib";
import { CreateRouteCommand, DeleteRouteCommand, ReplaceRouteCommand, type Route } from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { string } from "../schema";
import type { Values } from "../values";
import { doing, optionalText, regionProperty, text, unlessGone, type Aws, type AwsResource } from "./context";
import { findRouteTable } from "./routeTable";

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_route.go";

const targetNotReady: RetryRule = {
  codes: ["InvalidParameterException", "InvalidTransitGatewayID.NotFound"],
  timeoutSeconds: 5 * 60,
  source,
};
const targetStillChanging: RetryRule = {
  codes: ["InvalidParameterException"],
  timeoutSeconds: 5 * 60,
  source,
};

/** Rules: see `source`. A target can change in place, a destination cannot. */
export const route: AwsResource = {
  properties: {
    routeTableId: string({ required: true, replaces: true }),
    destinationCidrBlock: string({ required: true, replaces: true }),
    natGatewayId: string(),
    gatewayId: string(),
    region: regionProperty,
    origin: string({ output: true }),
    state: string({ output: true }),
  },
  exactlyOneOf: [["natGatewayId", "gatewayId"]],
  appears: {
    timeoutSeconds: 5 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/ec2/wait.go",
  },
  async create(aws, inputs) {
    const [table, destination] = keys(inputs);
    await doing(`creating Route in Route Table (${table}) with destination (${destination})`, () =>
      retrying(targetNotReady, () => aws.ec2.send(new CreateRouteCommand(request(inputs)))),
    );
    return { id: routeId(table, destination) };
  },
  async read(aws, _id, prior) {
    const live = await findRoute(aws, prior);
    if (!live) return undefined;
    return {
      routeTableId: prior.routeTableId,
      destinationCidrBlock: live.DestinationCidrBlock,
      natGatewayId: live.NatGatewayId,
      gatewayId: live.GatewayId,
      region: aws.region,
      origin: live.Origin,
      state: live.State,
    };
  },
  async update(aws, _id, { inputs, changes }) {
    // Without another target the real provider finds none.
    if (!changes("natGatewayId", "gatewayId"))
      throw new Error("updating Route: route target attribute not specified");
    const [table, destination] = keys(inputs);
    await doing(`updating Route in Route Table (${table}) with destination (${destination})`, () =>
      aws.ec2.send(new ReplaceRouteCommand(request(inputs))),
    );
  },
  async delete(aws, _id, state) {
    const [RouteTableId, DestinationCidrBlock] = keys(state);
    await doing(
      `deleting Route in Route Table (${RouteTableId}) with destination (${DestinationCidrBlock})`,
      () =>
        unlessGone(["InvalidRoute.NotFound"], () =>
          retrying(targetStillChanging, () =>
            aws.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock })),
          ),
        ),
    );
  },
  import(_aws, given) {
    const [table, destination] = given.split("_");
    if (!table || !destination) {
      return Promise.reject(
        new Error(`unexpected format of ID ("${given}"), expected ROUTETABLEID_DESTINATION`),
      );
    }
    return Promise.resolve({
      id: routeId(table, destination),
      prior: { routeTableId: table, destinationCidrBlock: destination },
    });
  },
};

async function findRoute(aws: Aws, properties: Values): Promise<Route | undefined> {
  const [table, destination] = keys(properties);
  const found = await findRouteTable(aws, table);
  return found?.Routes?.find((candidate) => candidate.DestinationCidrBlock === destination);
}

function request(inputs: Values) {
  const [RouteTableId, DestinationCidrBlock] = keys(inputs);
  return {
    RouteTableId,
    DestinationCidrBlock,
    NatGatewayId: optionalText(inputs, "natGatewayId"),
    GatewayId: optionalText(inputs, "gatewayId"),
  };
}

function keys(properties: Values): [table: string, destination: string] {
  return [text(properties, "routeTableId"), text(properties, "destinationCidrBlock")];
}

/** As `RouteCreateID` of the real provider. */
function routeId(table: string, destination: string): string {
  return `r-${table}${String(crc32(destination))}`;
}
