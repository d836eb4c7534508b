import type * as pulumi from "@pulumi/pulumi";
import { ClusterVpc } from "../components/clusterVpc";
import { PrivateCluster } from "../components/privateCluster";
import type { ClusterPlace, NewVpc } from "./clusterPlace";
import type { EnvironmentWithRunner } from "./environments";
import type { Settings } from "./settings";
import type { StackCluster } from "./stackCluster";

/** Registers a cluster of the stack's own, and its VPC where none was given. */
export function createCluster(
  { name, runner }: EnvironmentWithRunner,
  { logRetentionDays, runnerSubnets }: Settings,
  { accountId, network }: ClusterPlace,
  tags: Record<string, string>,
): StackCluster {
  // Neither a mistake in the settings nor `pulumi destroy` takes a cluster away, with all that people have put into it.
  const options = { protect: true };
  const { subnetIds, ...vpc }: ClusterNetwork =
    "vpcId" in network ? network : createVpc(name, network, runnerSubnets, tags, options);
  const cluster = new PrivateCluster(
    name,
    {
      clusterName: runner.clusterName,
      kubernetesVersion: runner.eksVersionLabel.replace("_", "."),
      vpcId: vpc.vpcId,
      subnetIds,
      logRetentionDays,
      tags,
    },
    options,
  );
  const { clusterName, clusterArn, clusterSecurityGroupId } = cluster;
  return { accountId, clusterName, clusterArn, clusterSecurityGroupId, ...vpc };
}

/** A VPC with subnets for a control plane. */
type ClusterNetwork = Pick<StackCluster, "vpcId" | "vpcCidrBlocks" | "controlPlaneCidrBlocks" | "subnets"> & {
  subnetIds: pulumi.Input<string[]>;
};

/** The same as is known of a VPC that is there, with the runner's subnets behind the new NAT gateway. */
function createVpc(
  name: string,
  network: NewVpc,
  runnerSubnets: Settings["runnerSubnets"],
  tags: Record<string, string>,
  options: pulumi.ComponentResourceOptions,
): ClusterNetwork {
  const { vpcId, controlPlaneSubnetIds, natGatewayId } = new ClusterVpc(name, { ...network, tags }, options);
  return {
    vpcId,
    vpcCidrBlocks: [network.cidrBlock],
    subnetIds: controlPlaneSubnetIds,
    controlPlaneCidrBlocks: network.controlPlaneSubnets.map(({ cidrBlock }) => cidrBlock),
    subnets: runnerSubnets.map(({ availabilityZone, cidrBlock }) => ({
      availabilityZone,
      cidrBlock,
      natGatewayId,
    })),
  };
}
