import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  UpdateAccessEntryCommand,
  UpdateClusterConfigCommand,
} from "@aws-sdk/client-eks";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const clusterAccessMutations: Mutation[] = [
  {
    name: "public-endpoint-only",
    about: "The cluster's endpoint becomes public, for the office alone, and is private no more.",
    break: publicEndpointOnly,
  },
  {
    name: "entry-missing",
    about: "Somebody deletes the access entry of the runner's role.",
    break: entryMissing,
  },
  {
    name: "entry-for-another-role",
    about: "The access entry is for another role than the runner's.",
    break: entryForAnotherRole,
  },
  {
    name: "entry-in-wrong-group",
    about: "The access entry puts the runner into a group that nothing is bound to.",
    break: entryInWrongGroup,
  },
];

async function publicEndpointOnly({ eks, clusterName: name }: Deployment): Promise<Undo> {
  const change = (resourcesVpcConfig: object) =>
    eks.send(new UpdateClusterConfigCommand({ name, resourcesVpcConfig }));
  const publicAccessCidrs = ["203.0.113.0/24"];
  await change({ endpointPrivateAccess: false, endpointPublicAccess: true, publicAccessCidrs });
  return async () => {
    await change({ endpointPrivateAccess: true, endpointPublicAccess: false });
  };
}

async function entryMissing(deployment: Deployment): Promise<Undo> {
  const { eks, clusterName, runnerRoleArn: principalArn } = deployment;
  await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  return () => createEntry(deployment, principalArn);
}

async function entryForAnotherRole(deployment: Deployment): Promise<Undo> {
  const { eks, clusterName } = deployment;
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  const letIn = await entryMissing(deployment);
  const principalArn = cluster?.roleArn ?? "";
  await createEntry(deployment, principalArn);
  return async () => {
    await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
    await letIn();
  };
}

async function entryInWrongGroup({ eks, clusterName, runnerRoleArn }: Deployment): Promise<Undo> {
  const entry = { clusterName, principalArn: runnerRoleArn };
  const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(entry));
  await eks.send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: ["developers"] }));
  return async () => {
    const { kubernetesGroups } = accessEntry ?? {};
    await eks.send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups }));
  };
}

/** Makes the access entry of a role: a member of the group that may only dry-run. */
export async function createEntry({ eks, clusterName }: Deployment, principalArn: string): Promise<void> {
  const kubernetesGroups = ["pr-dry-run"];
  await eks.send(
    new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups, type: "STANDARD" }),
  );
}
