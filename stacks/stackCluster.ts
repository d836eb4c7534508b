import type * as pulumi from "@pulumi/pulumi";
import type { RunnerSubnet } from "../components/runnerNetwork";

/** The cluster that a stack's runner checks, looked up or made. What decides which resources there are is plain. */
export interface StackCluster {
  /** AWS account id. */
  accountId: string;
  /** Name of the cluster, known once it is there. */
  clusterName: pulumi.Input<string>;
  /** ARN of the cluster. */
  clusterArn: pulumi.Input<string>;
  /** Id of the cluster's VPC. */
  vpcId: pulumi.Input<string>;
  /** All IPv4 ranges of the VPC. */
  vpcCidrBlocks: string[];
  /** IPv4 ranges of the subnets that the cluster was given: its network interfaces are in these and in no other. */
  controlPlaneCidrBlocks: string[];
  /** Id of the security group that EKS made for the cluster and puts on the control plane's network interfaces. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** The runner's subnets, each with its way out. */
  subnets: RunnerSubnet[];
}
