import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, UpdateClusterConfigCommand } from "@aws-sdk/client-eks";
import type { Deployment } from "./deployment";
import { runnerNatGatewayIds, runnerRouteTables } from "./deployment";

const everywhere = "0.0.0.0/0";

/** Takes the runner's subnets the route to their NAT gateways. */
export async function noNatRoute(deployment: Deployment): Promise<void> {
  for (const { RouteTableId } of await runnerRouteTables(deployment))
    await deployment.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere }));
}

/** Deletes the NAT gateways. */
export async function natDeleted(deployment: Deployment): Promise<void> {
  for (const NatGatewayId of await runnerNatGatewayIds(deployment))
    await deployment.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
}

/** Takes the NAT gateways' own subnets the route to the internet gateway. */
export async function natWithoutWayOut(deployment: Deployment): Promise<void> {
  const { ec2 } = deployment;
  const NatGatewayIds = await runnerNatGatewayIds(deployment);
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds }));
  const Values = NatGateways.flatMap(({ SubnetId }) => SubnetId ?? []);
  const Filters = [{ Name: "association.subnet-id", Values }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  for (const { RouteTableId } of RouteTables)
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere }));
}

/** Revokes what the runner's security group lets out. */
export async function missingEgress({ ec2, runnerSecurityGroupId }: Deployment): Promise<void> {
  const rules = await rulesOf({ ec2 }, runnerSecurityGroupId);
  const SecurityGroupRuleIds = rules.filter(({ IsEgress }) => IsEgress).flatMap(idOf);
  await ec2.send(
    new RevokeSecurityGroupEgressCommand({ GroupId: runnerSecurityGroupId, SecurityGroupRuleIds }),
  );
}

/** Revokes the rule that lets the runner into the cluster. */
export async function ingressRuleMissing(deployment: Deployment): Promise<void> {
  const { ec2, runnerSecurityGroupId } = deployment;
  const GroupId = await clusterSecurityGroupId(deployment);
  const rules = await rulesOf({ ec2 }, GroupId);
  const SecurityGroupRuleIds = rules
    .filter(({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId === runnerSecurityGroupId)
    .flatMap(idOf);
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }));
}

/** Moves that rule to a security group that the cluster does not have. */
export async function ruleOnWrongGroup(deployment: Deployment): Promise<void> {
  await ingressRuleMissing(deployment);
  const { ec2 } = deployment;
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: "nodes",
      Description: "Nodes",
      VpcId: await vpcId(deployment),
    }),
  );
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [fromRunner(deployment, 443)] }),
  );
}

/** Lets the runner in at another port. */
export async function ingressRuleWrongPort(deployment: Deployment): Promise<void> {
  await ingressRuleMissing(deployment);
  const GroupId = await clusterSecurityGroupId(deployment);
  await deployment.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [fromRunner(deployment, 8443)] }),
  );
}

/** Switches the cluster's private endpoint off and the public one on. */
export async function publicEndpointOnly({ eks, clusterName }: Deployment): Promise<void> {
  const resourcesVpcConfig = {
    endpointPrivateAccess: false,
    endpointPublicAccess: true,
    publicAccessCidrs: ["203.0.113.0/24"],
  };
  await eks.send(new UpdateClusterConfigCommand({ name: clusterName, resourcesVpcConfig }));
}

function fromRunner({ runnerSecurityGroupId }: Deployment, port: number): IpPermission {
  return {
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    UserIdGroupPairs: [{ GroupId: runnerSecurityGroupId }],
  };
}

async function clusterSecurityGroupId({ eks, clusterName }: Deployment): Promise<string> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  return cluster?.resourcesVpcConfig?.clusterSecurityGroupId ?? "";
}

async function vpcId({ eks, clusterName }: Deployment): Promise<string> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  return cluster?.resourcesVpcConfig?.vpcId ?? "";
}

async function rulesOf({ ec2 }: Pick<Deployment, "ec2">, group: string) {
  const Filters = [{ Name: "group-id", Values: [group] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules;
}

function idOf({ SecurityGroupRuleId }: { SecurityGroupRuleId?: string }): string[] {
  return SecurityGroupRuleId === undefined ? [] : [SecurityGroupRuleId];
}
