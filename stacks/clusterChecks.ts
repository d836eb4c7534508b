import type * as aws from "@pulumi/aws";

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
