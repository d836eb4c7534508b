import { DefaultRouteTable, InternetGateway, Route, RouteTable, Subnet } from "@pulumi/aws/ec2";
import { validateResourceOfType, type ReportViolation, type ResourceValidationPolicy } from "@pulumi/policy";

/**
 * A subnet is public where addresses are, or where its way out is an internet gateway. Of a route table that the program
 * did not make, nothing is seen here: `pulumi up` itself looks at it (stacks/placement.ts).
 */
export const noPublicSubnets: ResourceValidationPolicy = {
  name: "no-public-subnets",
  description: "Subnets are private: no public addresses, no way to an internet gateway.",
  validateResource: [
    validateResourceOfType(Subnet, (subnet, args, reportViolation) => {
      if (subnet.mapPublicIpOnLaunch) {
        reportViolation("It gives out public addresses. Mend: `mapPublicIpOnLaunch: false`.");
      }
    }),
    validateResourceOfType(Route, (route, args, reportViolation) => {
      refuseInternetGateway(route, reportViolation);
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
    validateResourceOfType(InternetGateway, (gateway, args, reportViolation) => {
      reportViolation("It makes public subnets possible. Mend: take it away; runners go out through NAT.");
    }),
  ],
};

/** `gatewayId` names gateways of other kinds too. */
function refuseInternetGateway(route: { gatewayId?: string }, reportViolation: ReportViolation): void {
  if (route.gatewayId?.startsWith("igw-")) {
    reportViolation(`It leads to ${route.gatewayId}, an internet gateway. Mend: \`natGatewayId\`.`);
  }
}
