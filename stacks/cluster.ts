import * as aws from "@pulumi/aws";
import type * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { clusterProblems, networkAclProblems, vpcProblems } from "./clusterChecks";
import type { EnvironmentWithRunner } from "./environments";
import { connectionProblems } from "./connection";
import { lookupProblem } from "./lookup";
import { placeSubnets, type PlacedSubnet } from "./placement";
import { refusal } from "./refusal";
import { repositoryProblems } from "./repository";
import type { Settings } from "./settings";
import { vpcEndpointProblems } from "./vpcEndpoints";

/** What the program builds on, looked up and checked: plain values. */
export interface CheckedCluster {
  /** AWS account id. */
  accountId: string;
  /** ARN of the cluster. */
  clusterArn: string;
  /** Id of the cluster's VPC. */
  vpcId: string;
  /** All IPv4 ranges of the VPC. */
  vpcCidrBlocks: string[];
  /** IPv4 ranges of the subnets that the cluster was given: its network interfaces are in these and in no other. */
  controlPlaneCidrBlocks: string[];
  /** Id of the security group that EKS made for the cluster and puts on the control plane's network interfaces. */
  clusterSecurityGroupId: string;
  /** The runner's subnets, each with its way out. */
  subnets: PlacedSubnet[];
}

/**
 * Looks up all that the stack builds on, and checks it before any resource is registered.
 * @throws {pulumi.RunError} naming everything that is wrong, each with the command that mends it
 */
export async function checkCluster(
  stack: string,
  environment: EnvironmentWithRunner,
  settings: Settings,
  githubProvider?: github.Provider,
): Promise<CheckedCluster> {
  const { clusterName, region, eksVersionLabel } = environment.runner;
  const problems = new Problems();
  const [identity, cluster, connection, repository] = await Promise.all([
    problems.orElse("the AWS account", aws.getCallerIdentity({})),
    problems.orElse(
      `EKS cluster ${clusterName} in ${region}`,
      aws.eks.getCluster({ name: clusterName }),
      `runner.clusterName and runner.region in stacks/environments.ts must name it: aws eks list-clusters --region ${region}`,
    ),
    connectionProblems(settings.githubCredential),
    githubProvider ? repositoryProblems(settings, githubProvider) : [],
  ]);
  problems.add(...connection, ...repository);
  if (!identity || !cluster) throw problems.error(stack);

  problems.add(...clusterProblems(cluster, region));
  const { vpcId, clusterSecurityGroupId, subnetIds } = cluster.vpcConfig;
  const [vpc, controlPlaneCidrBlocks] = await Promise.all([
    problems.orElse(`VPC ${vpcId}`, aws.ec2.getVpc({ id: vpcId })),
    problems.orElse(`the subnets of EKS cluster ${clusterName}`, cidrBlocksOf(subnetIds)),
  ]);
  if (!vpc || !controlPlaneCidrBlocks) throw problems.error(stack);
  problems.add(...vpcProblems(vpc));
  const vpcCidrBlocks = vpc.cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock);
  const { privateDestinations } = settings;
  problems.add(...networkAclProblems({ vpcCidrBlocks, controlPlaneCidrBlocks, privateDestinations }));

  const [placement, endpoints] = await Promise.all([
    problems.orElse(
      `the subnets and NAT gateways of VPC ${vpcId}`,
      placeSubnets(vpc, settings.runnerSubnets, stack),
    ),
    problems.orElse(
      `the interface endpoints of VPC ${vpcId}`,
      vpcEndpointProblems({ id: vpcId, region }, privateDestinations),
    ),
  ]);
  problems.add(...(placement?.problems ?? []), ...(endpoints ?? []));
  if (!placement || problems.any) throw problems.error(stack);

  if (cluster.version !== eksVersionLabel.replace("_", ".")) {
    void pulumi.log.warn(
      `${clusterName} runs Kubernetes ${cluster.version}, but stacks/environments.ts says ${eksVersionLabel}: ` +
        "change runner.eksVersionLabel and bring the home stack up.",
    );
  }
  return {
    accountId: identity.accountId,
    clusterArn: cluster.arn,
    vpcId,
    vpcCidrBlocks,
    controlPlaneCidrBlocks,
    clusterSecurityGroupId,
    subnets: placement.subnets,
  };
}

/** Sorted by id, so that every run makes the same rules of them. */
async function cidrBlocksOf(subnetIds: string[]): Promise<string[]> {
  const subnets = await Promise.all([...subnetIds].sort().map((id) => aws.ec2.getSubnet({ id })));
  return subnets.map(({ cidrBlock }) => cidrBlock);
}

/** Collects what is wrong, so that a person sees all of it at once. */
class Problems {
  private readonly sentences: string[] = [];

  get any(): boolean {
    return this.sentences.length > 0;
  }

  add(...sentences: string[]): void {
    this.sentences.push(...sentences);
  }

  /** The result of a lookup, or nothing and a problem. */
  async orElse<T>(what: string, lookup: Promise<T>, help?: string): Promise<T | undefined> {
    try {
      return await lookup;
    } catch (error) {
      this.add(lookupProblem(what, error, help));
      return undefined;
    }
  }

  error(stack: string): Error {
    const paragraphs = this.sentences.map((sentence) => `  ${sentence}`);
    return refusal(
      [`Stack ${stack} cannot be built on what is there. Nothing was changed.`, ...paragraphs].join("\n\n"),
    );
  }
}
