import { DescribeVpcAttributeCommand, type VpcAttributeName } from "@aws-sdk/client-ec2";
import { judged, ok, wrong, type Check, type Fault, type Finding } from "./check";
import type { Facts } from "./facts";

const lookedAt = ({ runner }: Facts) => `EKS cluster ${runner.clusterName} in ${runner.region}`;
const update = ({ runner }: Facts) =>
  `aws eks update-cluster-config --region ${runner.region} --name ${runner.clusterName}`;

export const clusterChecks: Check[] = [
  { name: "cluster", looksAt: lookedAt, examine: existence },
  {
    name: "private-endpoint",
    looksAt: (facts) => `the endpoint of ${lookedAt(facts)}`,
    examine: async (facts) => {
      const { resourcesVpcConfig } = await facts.cluster();
      if (resourcesVpcConfig?.endpointPrivateAccess === true) return ok("private access is on");
      return wrong(
        "it is public only: requests leave the VPC, and the rule for the runner's security group does nothing",
        `${update(facts)} --resources-vpc-config endpointPrivateAccess=true`,
      );
    },
  },
  {
    name: "authentication-mode",
    looksAt: (facts) => `how ${facts.runner.clusterName} knows its users`,
    examine: async (facts) => {
      const mode = (await facts.cluster()).accessConfig?.authenticationMode ?? "unknown";
      if (mode === "API" || mode === "API_AND_CONFIG_MAP") return ok(mode);
      return wrong(
        `its mode is ${mode}, expected API or API_AND_CONFIG_MAP: it knows no access entries (this cannot be switched back)`,
        `${update(facts)} --access-config authenticationMode=API_AND_CONFIG_MAP`,
      );
    },
  },
  { name: "vpc", looksAt: () => "the VPC of the cluster and of the runner", examine: vpc },
];

async function existence(facts: Facts): Promise<Finding> {
  const { clusterName, region } = facts.runner;
  const cluster = await facts.findCluster();
  if (!cluster) {
    return wrong(
      `${region} has no cluster ${clusterName}, which stacks/environments.ts names`,
      `aws eks list-clusters --region ${region}`,
    );
  }
  if (cluster.status === "ACTIVE") return ok(`ACTIVE, Kubernetes ${cluster.version ?? ""}`);
  return wrong(
    `it is ${cluster.status ?? "of no status"}, expected ACTIVE`,
    `aws eks wait cluster-active --region ${region} --name ${clusterName}`,
  );
}

async function vpc(facts: Facts): Promise<Finding> {
  const { vpcId } = await facts.network();
  const clusterVpc = (await facts.cluster()).resourcesVpcConfig?.vpcId ?? "no VPC";
  if (vpcId !== clusterVpc) {
    return wrong(`the runner is in ${vpcId}, the cluster in ${clusterVpc}`, facts.up);
  }
  // The private endpoint's name resolves only with both on: https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
  const faults = await Promise.all([
    dnsFaults(facts, vpcId, "enableDnsSupport", "enable-dns-support"),
    dnsFaults(facts, vpcId, "enableDnsHostnames", "enable-dns-hostnames"),
  ]);
  return judged(faults.flat(), vpcId);
}

async function dnsFaults(
  { aws, runner }: Facts,
  VpcId: string,
  Attribute: Extract<VpcAttributeName, "enableDnsSupport" | "enableDnsHostnames">,
  flag: string,
): Promise<Fault[]> {
  const answer = await aws.ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
  const value = Attribute === "enableDnsSupport" ? answer.EnableDnsSupport : answer.EnableDnsHostnames;
  if (value?.Value === true) return [];
  return [
    {
      what: `${VpcId} has ${flag} off, so the private endpoint does not resolve in it`,
      mend: `aws ec2 modify-vpc-attribute --region ${runner.region} --vpc-id ${VpcId} --${flag}`,
    },
  ];
}
