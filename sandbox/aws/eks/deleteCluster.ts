import {
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
} from "@aws-sdk/client-ec2";
import type { ClusterPlace } from "./clusterOperations";
import type { Cluster, Clusters } from "./clusters";

/**
 * Deletes a cluster with what EKS made for it: its network interfaces, its security group with all rules in it, its access
 * entries. At once; EKS takes minutes and shows it as DELETING meanwhile.
 * https://docs.aws.amazon.com/eks/latest/userguide/delete-cluster.html
 */
export async function deleteCluster(
  clusters: Clusters,
  { region, ec2 }: Pick<ClusterPlace, "region" | "ec2">,
  name: string,
): Promise<Cluster> {
  const cluster = clusters.cluster(region, name);
  const { clusterSecurityGroupId } = cluster.resourcesVpcConfig;
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: "group-id", Values: [clusterSecurityGroupId] }],
    }),
  );
  for (const { NetworkInterfaceId } of NetworkInterfaces)
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId: clusterSecurityGroupId }));
  clusters.change(region, (state) => {
    state.clusters = withoutKey(state.clusters, name);
    state.entries = withoutKey(state.entries, name);
  });
  return { ...cluster, status: "DELETING" };
}

function withoutKey<T>(values: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}
