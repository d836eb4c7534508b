import { partOf } from "./ipv4Ranges";

/** A subnet of the VPC: plain values, because other ranges are checked against them. */
export interface ClusterVpcSubnet {
  /** Availability zone, such as `ap-northeast-1a`. */
  availabilityZone: string;
  /** IPv4 range. */
  cidrBlock: string;
}

/**
 * EKS wants 6 free addresses in each subnet of a control plane and advises 16, EC2 keeps 5 of each subnet for itself:
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
const prefixLength = 27;

/** Which part of a VPC's range the subnets of a cluster's VPC take: the first three parts of 32 addresses. */
export function clusterVpcSubnets(
  cidrBlock: string,
  [first, second]: [string, string],
): { controlPlaneSubnets: ClusterVpcSubnet[]; natSubnet: ClusterVpcSubnet } {
  const subnet = (availabilityZone: string, index: number) => ({
    availabilityZone,
    cidrBlock: partOf(cidrBlock, prefixLength, index),
  });
  return { controlPlaneSubnets: [subnet(first, 0), subnet(second, 1)], natSubnet: subnet(first, 2) };
}
