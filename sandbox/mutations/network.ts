import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  ReplaceRouteCommand,
  type NatGateway,
  type Route,
} from "@aws-sdk/client-ec2";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const networkMutations: Mutation[] = [
  {
    name: "no-nat-route",
    about: "Somebody deletes the route of the runner's subnets to the NAT gateway.",
    break: async (deployment) => deleteDefaultRoutes(deployment, deployment.runnerSubnetIds),
  },
  {
    name: "nat-deleted",
    about: "Somebody deletes the NAT gateways that the runner's subnets lead to.",
    break: natDeleted,
  },
  {
    name: "nat-without-way-out",
    about: "The NAT gateways stand in subnets that have lost their route to the internet gateway.",
    break: async (deployment) => {
      const gateways = await runnersNatGateways(deployment);
      return deleteDefaultRoutes(
        deployment,
        gateways.map(({ SubnetId = "" }) => SubnetId),
      );
    },
  },
];

const everywhere = "0.0.0.0/0";

/** A route to everywhere. */
interface DefaultRoute extends Route {
  RouteTableId: string;
}

async function deleteDefaultRoutes(deployment: Deployment, subnetIds: string[]): Promise<Undo> {
  const { ec2 } = deployment;
  const routes = await defaultRoutes(deployment, [{ Name: "association.subnet-id", Values: subnetIds }]);
  for (const { RouteTableId } of routes)
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere }));
  return async () => {
    for (const { RouteTableId, NatGatewayId, GatewayId } of routes) {
      const target = NatGatewayId ? { NatGatewayId } : { GatewayId };
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, ...target }));
    }
  };
}

/** Put back they are others with addresses of their own, so every route that led to them has to be led to the new ones. */
async function natDeleted(deployment: Deployment): Promise<Undo> {
  const { ec2 } = deployment;
  const gateways = await runnersNatGateways(deployment);
  const routes = await defaultRoutes(deployment, []);
  for (const { NatGatewayId } of gateways) await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  return async () => {
    for (const { NatGatewayId: old, SubnetId } of gateways) {
      const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
      const { NatGateway } = await ec2.send(
        new CreateNatGatewayCommand({ SubnetId, AllocationId, ConnectivityType: "public" }),
      );
      for (const { RouteTableId } of routes.filter(({ NatGatewayId }) => NatGatewayId === old)) {
        const NatGatewayId = NatGateway?.NatGatewayId;
        await ec2.send(
          new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, NatGatewayId }),
        );
      }
    }
  };
}

/** The NAT gateways that the runner's subnets lead to. */
async function runnersNatGateways(deployment: Deployment): Promise<NatGateway[]> {
  const Filters = [{ Name: "association.subnet-id", Values: deployment.runnerSubnetIds }];
  const routes = await defaultRoutes(deployment, Filters);
  const NatGatewayIds = [...new Set(routes.flatMap(({ NatGatewayId }) => NatGatewayId ?? []))];
  const { NatGateways = [] } = await deployment.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds }));
  return NatGateways;
}

async function defaultRoutes(
  { ec2 }: Deployment,
  Filters: { Name: string; Values: string[] }[],
): Promise<DefaultRoute[]> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return RouteTables.flatMap(({ RouteTableId = "", Routes = [] }) =>
    Routes.filter(({ DestinationCidrBlock }) => DestinationCidrBlock === everywhere).map((route) => ({
      ...route,
      RouteTableId,
    })),
  );
}
