import type * as aws from "@pulumi/aws";
import {
  rulesPerNetworkAcl,
  runnerNetworkAclRules,
  type RunnerNetworkAclRanges,
} from "../components/runnerNetworkAcl";

/** What is wrong with the cluster for a runner inside its VPC, a sentence each with the command that mends it. */
export function clusterProblems(cluster: aws.eks.GetClusterResult, region: string): string[] {
  const { name, status, vpcConfig, accessConfigs } = cluster;
  const update = `aws eks update-cluster-config --region ${region} --name ${name}`;
  const problems: string[] = [];
  if (status !== "ACTIVE") {
    problems.push(
      `EKS cluster ${name} is ${status}, expected ACTIVE\n    aws eks wait cluster-active --region ${region} --name ${name}`,
    );
  }
  // With the public endpoint alone, requests leave the VPC and the security group rule does nothing.
  if (!vpcConfig.endpointPrivateAccess) {
    problems.push(
      `EKS cluster ${name} has no private endpoint, so a runner in its VPC cannot reach it\n` +
        `    ${update} --resources-vpc-config endpointPrivateAccess=true`,
    );
  }
  const mode = accessConfigs[0]?.authenticationMode ?? "unknown";
  if (mode !== "API" && mode !== "API_AND_CONFIG_MAP") {
    problems.push(
      `EKS cluster ${name} has authentication mode ${mode}, expected API or API_AND_CONFIG_MAP: it knows no access entries ` +
        "(this cannot be switched back)\n" +
        `    ${update} --access-config authenticationMode=API_AND_CONFIG_MAP`,
    );
  }
  return problems;
}

/**
 * What is wrong with the VPC. The private endpoint's name resolves only with both DNS attributes on:
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export function vpcProblems(vpc: aws.ec2.GetVpcResult): string[] {
  const off = [
    ...(vpc.enableDnsSupport ? [] : ["enable-dns-support"]),
    ...(vpc.enableDnsHostnames ? [] : ["enable-dns-hostnames"]),
  ];
  return off.map(
    (attribute) =>
      `VPC ${vpc.id} has ${attribute} off, so the cluster's private endpoint does not resolve in it\n` +
      `    aws ec2 modify-vpc-attribute --region ${vpc.region} --vpc-id ${vpc.id} --${attribute}`,
  );
}

/** Whether the runner's network ACL has room for its rules: EC2 would refuse the last ones in the middle of an update. */
export function networkAclProblems(ranges: RunnerNetworkAclRanges): string[] {
  // Inbound there are never more. One rule of the number is EC2's own, the one that denies the rest.
  const rules = runnerNetworkAclRules(ranges).egress.length + 1;
  if (rules <= rulesPerNetworkAcl) return [];
  const { controlPlaneCidrBlocks, privateDestinations } = ranges;
  return [
    `The runner's network ACL would have ${String(rules)} rules, and EC2 takes ${String(rulesPerNetworkAcl)}: ` +
      `${String(controlPlaneCidrBlocks.length)} are for the cluster's subnets and ${String(privateDestinations.length)} for ` +
      "eks-dryrun-runner:privateDestinations\n" +
      "    name fewer and wider ranges there, or give the cluster fewer subnets (aws eks update-cluster-config)",
  ];
}
