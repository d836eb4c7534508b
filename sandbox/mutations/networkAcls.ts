import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  DescribeSubnetsCommand,
  ReplaceNetworkAclAssociationCommand,
  type NetworkAcl,
} from "@aws-sdk/client-ec2";
import { DescribeClusterCommand } from "@aws-sdk/client-eks";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const networkAclMutations: Mutation[] = [
  {
    name: "acl-without-control-plane",
    about: "Somebody deletes the rules of the runner's network ACL that let it reach the control plane.",
    break: withoutControlPlane,
  },
  {
    name: "acl-without-answers",
    about: "Somebody deletes the rule of the runner's network ACL that lets the internet's answers in.",
    break: withoutAnswers,
  },
];

/** After these everything works, and a runner reaches what it should not. */
export const networkAclOpenings: Mutation[] = [
  {
    name: "acl-of-vpc",
    about: "Somebody gives the runner's subnets the VPC's own network ACL, which lets everything through.",
    break: aclOfVpc,
  },
  {
    name: "acl-opened",
    about: "Somebody adds a rule to the runner's network ACL that lets everything out, before all others.",
    break: aclOpened,
  },
];

async function withoutControlPlane(deployment: Deployment): Promise<Undo> {
  const { ec2, eks, clusterName: name } = deployment;
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  const SubnetIds = cluster?.resourcesVpcConfig?.subnetIds;
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }));
  const blocks = Subnets.map(({ CidrBlock }) => CidrBlock);
  return deleteEntries(deployment, ({ Egress, CidrBlock }) => Egress === true && blocks.includes(CidrBlock));
}

function withoutAnswers(deployment: Deployment): Promise<Undo> {
  return deleteEntries(
    deployment,
    ({ Egress, CidrBlock, RuleAction }) =>
      Egress === false && CidrBlock === "0.0.0.0/0" && RuleAction === "allow",
  );
}

type Entry = NonNullable<NetworkAcl["Entries"]>[number];

async function deleteEntries(deployment: Deployment, isMeant: (entry: Entry) => boolean): Promise<Undo> {
  const { ec2 } = deployment;
  const { NetworkAclId, Entries = [] } = await runnersNetworkAcl(deployment);
  const meant = Entries.filter(isMeant);
  for (const { Egress, RuleNumber } of meant)
    await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, Egress, RuleNumber }));
  return async () => {
    for (const entry of meant)
      await ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...entry } as never));
  };
}

async function aclOfVpc(deployment: Deployment): Promise<Undo> {
  const own = await runnersNetworkAcl(deployment);
  const { ec2 } = deployment;
  const { NetworkAcls = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [own.VpcId ?? ""] }] }),
  );
  await moveSubnets(deployment, NetworkAcls.find(({ IsDefault }) => IsDefault)?.NetworkAclId);
  return () => moveSubnets(deployment, own.NetworkAclId);
}

async function moveSubnets(
  { ec2, runnerSubnetIds }: Deployment,
  NetworkAclId: string | undefined,
): Promise<void> {
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  for (const { SubnetId = "", NetworkAclAssociationId } of NetworkAcls.flatMap(
    ({ Associations = [] }) => Associations,
  ))
    if (runnerSubnetIds.includes(SubnetId))
      await ec2.send(
        new ReplaceNetworkAclAssociationCommand({ AssociationId: NetworkAclAssociationId, NetworkAclId }),
      );
}

async function aclOpened(deployment: Deployment): Promise<Undo> {
  const { ec2 } = deployment;
  const { NetworkAclId } = await runnersNetworkAcl(deployment);
  const entry = { NetworkAclId, Egress: true, RuleNumber: 1 };
  await ec2.send(
    new CreateNetworkAclEntryCommand({
      ...entry,
      Protocol: "-1",
      RuleAction: "allow",
      CidrBlock: "0.0.0.0/0",
    }),
  );
  return async () => {
    await ec2.send(new DeleteNetworkAclEntryCommand(entry));
  };
}

async function runnersNetworkAcl({ ec2, runnerSubnetIds }: Deployment): Promise<NetworkAcl> {
  const { NetworkAcls = [] } = await ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: "association.subnet-id", Values: runnerSubnetIds }] }),
  );
  const [found] = NetworkAcls;
  if (!found) throw new Error(`No network ACL is on ${runnerSubnetIds.join(", ")}.`);
  return found;
}
