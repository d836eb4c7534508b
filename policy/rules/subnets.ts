import { Cluster } from "@pulumi/aws/eks";
import {
  DefaultRouteTable,
  InternetGateway,
  NatGateway,
  Route,
  RouteTable,
  RouteTableAssociation,
  Subnet,
} from "@pulumi/aws/ec2";
import { Project } from "@pulumi/aws/codebuild";
import {
  validateResourceOfType,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { sourcesOf } from "../runners";

/**
 * A subnet is public where addresses are, or where its way out is an internet gateway. Of a route table that the program
 * did not make, nothing is seen here: `pulumi up` itself looks at it (stacks/placement.ts).
 */
export const noPublicSubnets: ResourceValidationPolicy = {
  name: "no-public-subnets",
  description:
    "Subnets give out no public addresses, and no route table has a way to an internet gateway in itself.",
  validateResource: [
    validateResourceOfType(Subnet, (subnet, args, reportViolation) => {
      if (subnet.mapPublicIpOnLaunch) {
        reportViolation("It gives out public addresses. Mend: `mapPublicIpOnLaunch: false`.");
      }
    }),
    validateResourceOfType(RouteTable, ({ routes }, args, reportViolation) => {
      (routes ?? []).forEach((route) => {
        refuseInternetGateway(route, reportViolation);
      });
    }),
    validateResourceOfType(DefaultRouteTable, ({ routes }, args, reportViolation) => {
      (routes ?? []).forEach((route) => {
        refuseInternetGateway(route, reportViolation);
      });
    }),
  ],
};

/** `gatewayId` names gateways of other kinds too. */
function refuseInternetGateway(route: { gatewayId?: string }, reportViolation: ReportViolation): void {
  if (route.gatewayId?.startsWith("igw-")) {
    reportViolation(`It leads to ${route.gatewayId}, an internet gateway. Mend: \`natGatewayId\`.`);
  }
}

/**
 * Of what the program makes, a NAT gateway alone stands at an internet gateway, in a subnet that nothing else has. Told by
 * what properties depend on: a preview knows that before there are ids to compare.
 */
export const internetGatewayForNat: StackValidationPolicy = {
  name: "internet-gateway-for-nat",
  description: "To an internet gateway leads the subnet of a NAT gateway, and no runner's and no cluster's.",
  validateStack: ({ resources }, reportViolation) => {
    const natSubnets = resources
      .filter((one) => one.isType(NatGateway))
      .flatMap((nat) => sourcesOf(nat, "subnetId"));
    const used = resources
      .filter((one) => one.isType(Project) || one.isType(Cluster))
      .flatMap((one) => sourcesOf(one, "vpcConfig"));
    const isForNat = (subnet: PolicyResource) => natSubnets.includes(subnet) && !used.includes(subnet);

    for (const route of resources.filter((one) => one.isType(Route) && leadsToInternetGateway(one))) {
      const tables = sourcesOf(route, "routeTableId");
      const subnets = resources
        .filter((one) => one.isType(RouteTableAssociation))
        .filter((one) => sourcesOf(one, "routeTableId").some((table) => tables.includes(table)))
        .flatMap((one) => sourcesOf(one, "subnetId"));
      if (subnets.length === 0 || !subnets.every(isForNat)) {
        reportViolation(
          "It leads to an internet gateway from subnets that are not a NAT gateway's alone. Mend: `natGatewayId`.",
          route.urn,
        );
      }
    }
    for (const gateway of resources.filter((one) => one.isType(InternetGateway))) {
      if (natSubnets.length === 0) {
        reportViolation(
          "It makes public subnets possible. Mend: take it away; runners go out through NAT.",
          gateway.urn,
        );
      }
    }
  },
};

function leadsToInternetGateway(route: PolicyResource): boolean {
  const { gatewayId } = route.props as { gatewayId?: string };
  const isOurs = sourcesOf(route, "gatewayId").some((source) => source.isType(InternetGateway));
  return isOurs || (gatewayId?.startsWith("igw-") ?? false);
}
