import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const securityGroupMutations: Mutation[] = [
  {
    name: "missing-egress",
    about: "The runner's security group lets nothing out any more.",
    break: missingEgress,
  },
  {
    name: "ingress-rule-missing",
    about: "The cluster's security group has lost the rule that lets the runner in.",
    break: ingressRuleMissing,
  },
  {
    name: "rule-on-wrong-group",
    about: "The rule that lets the runner in stands on a security group that the cluster does not use.",
    break: ruleOnWrongGroup,
  },
  {
    name: "ingress-rule-wrong-port",
    about: "The cluster's security group lets the runner in at port 8443 in place of 443.",
    break: ingressRuleWrongPort,
  },
];

async function missingEgress({ ec2, runnerSecurityGroupId: GroupId }: Deployment): Promise<Undo> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const rules = { GroupId, IpPermissions: SecurityGroups[0]?.IpPermissionsEgress };
  await ec2.send(new RevokeSecurityGroupEgressCommand(rules));
  return async () => {
    await ec2.send(new AuthorizeSecurityGroupEgressCommand(rules));
  };
}

async function ingressRuleMissing(deployment: Deployment): Promise<Undo> {
  const { ec2 } = deployment;
  const { clusterSecurityGroupId: GroupId } = await vpcConfig(deployment);
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ""] }),
  );
  const found = (SecurityGroups[0]?.IpPermissions ?? []).flatMap(({ UserIdGroupPairs = [] }) =>
    UserIdGroupPairs.filter((pair) => pair.GroupId === deployment.runnerSecurityGroupId),
  );
  const rules = { GroupId, IpPermissions: [fromRunner(deployment, 443, found[0]?.Description)] };
  await ec2.send(new RevokeSecurityGroupIngressCommand(rules));
  return async () => {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
  };
}

async function ruleOnWrongGroup(deployment: Deployment): Promise<Undo> {
  const { ec2 } = deployment;
  const letIn = await ingressRuleMissing(deployment);
  const { vpcId: VpcId } = await vpcConfig(deployment);
  const other = { GroupName: "nobody-uses-it", Description: "A group that no cluster uses", VpcId };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(other));
  const IpPermissions = [fromRunner(deployment, 443)];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return async () => {
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await letIn();
  };
}

async function ingressRuleWrongPort(deployment: Deployment): Promise<Undo> {
  const { ec2 } = deployment;
  const letIn = await ingressRuleMissing(deployment);
  const { clusterSecurityGroupId: GroupId } = await vpcConfig(deployment);
  const rules = { GroupId, IpPermissions: [fromRunner(deployment, 8443)] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
  return async () => {
    await ec2.send(new RevokeSecurityGroupIngressCommand(rules));
    await letIn();
  };
}

function fromRunner(
  { runnerSecurityGroupId }: Deployment,
  port: number,
  Description = "GitHub Actions runner",
): IpPermission {
  return {
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    UserIdGroupPairs: [{ GroupId: runnerSecurityGroupId, Description }],
  };
}

async function vpcConfig({ eks, clusterName }: Deployment) {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  return cluster?.resourcesVpcConfig ?? {};
}
