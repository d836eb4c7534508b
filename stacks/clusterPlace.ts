import * as aws from "@pulumi/aws";
import type * as github from "@pulumi/github";
import type { ClusterVpcArgs } from "../components/clusterVpc";
import { clusterVpcSubnets } from "../components/clusterVpcSubnets";
import { networkAclProblems } from "./clusterChecks";
import { connectionProblems } from "./connection";
import type { EnvironmentWithRunner } from "./environments";
import { repositoryProblems } from "./repository";
import { namespace, type Settings } from "./settings";
import { checkVpc, type CheckedVpc } from "./vpc";
import { WorldProblems } from "./worldProblems";

/** Where a cluster is to be made, looked up and checked: plain values. */
export interface ClusterPlace {
  /** AWS account id. */
  accountId: string;
  network: NewVpc | GivenVpc;
}

/** A VPC that comes with the cluster. */
export type NewVpc = Omit<ClusterVpcArgs, "tags">;

/** A VPC that is there, with subnets for the control plane. */
export interface GivenVpc extends CheckedVpc {
  /** In the order of the settings. */
  subnetIds: string[];
  /** IPv4 ranges of these subnets. */
  controlPlaneCidrBlocks: string[];
}

/**
 * Looks up all that a stack with a cluster of its own builds on, and checks it before any resource is registered.
 * @throws {pulumi.RunError} naming everything that is wrong, each with the command that mends it
 */
export async function checkClusterPlace(
  stack: string,
  environment: EnvironmentWithRunner,
  settings: Settings,
  githubProvider?: github.Provider,
): Promise<ClusterPlace> {
  const { clusterName, region } = environment.runner;
  const problems = new WorldProblems();
  const [identity, others, connection, repository, network] = await Promise.all([
    problems.orElse("the AWS account", aws.getCallerIdentity({})),
    problems.orElse(`the EKS clusters in ${region}`, clusterOfOthers(stack, clusterName, region)),
    connectionProblems(settings.githubCredential),
    githubProvider ? repositoryProblems(settings, githubProvider) : [],
    settings.clusterSubnetIds === undefined
      ? newVpc(settings, problems)
      : givenVpc(stack, region, settings, settings.clusterSubnetIds, problems),
  ]);
  problems.add(...connection, ...repository, ...(others ?? []));
  if (!identity || !network || problems.any) throw problems.error(stack);
  return { accountId: identity.accountId, network };
}

/** Its zones are those of the first two runner subnets. That it has room for all has been checked with the settings. */
function newVpc(settings: Settings, problems: WorldProblems): NewVpc {
  const { clusterVpcCidrBlock: cidrBlock, runnerSubnets, privateDestinations } = settings;
  const [first = "", second = ""] = runnerSubnets.map(({ availabilityZone }) => availabilityZone);
  const subnets = clusterVpcSubnets(cidrBlock, [first, second]);
  const controlPlaneCidrBlocks = subnets.controlPlaneSubnets.map((subnet) => subnet.cidrBlock);
  problems.add(
    ...networkAclProblems({ vpcCidrBlocks: [cidrBlock], controlPlaneCidrBlocks, privateDestinations }),
  );
  return { cidrBlock, ...subnets };
}

/** EKS takes a name once. The stack's own cluster, of an earlier update, is known by its tags. */
async function clusterOfOthers(stack: string, name: string, region: string): Promise<string[]> {
  const { names } = await aws.eks.getClusters({});
  if (!names.includes(name)) return [];
  const { tags } = await aws.eks.getCluster({ name });
  if (tags["pulumi:project"] === namespace && tags["pulumi:stack"] === stack) return [];
  return [
    `There is an EKS cluster ${name} in ${region} already, which stack ${stack} has not made\n` +
      `    pulumi config set eks-dryrun-runner:cluster existing --stack ${stack}, or another runner.clusterName in ` +
      "stacks/environments.ts",
  ];
}

async function givenVpc(
  stack: string,
  region: string,
  settings: Settings,
  subnetIds: string[],
  problems: WorldProblems,
): Promise<GivenVpc | undefined> {
  const found = await problems.orElse(
    "eks-dryrun-runner:clusterSubnetIds",
    Promise.all(subnetIds.map((id) => aws.ec2.getSubnet({ id }))),
    `they must be subnets in ${region}: aws ec2 describe-subnets --region ${region}`,
  );
  if (!found) return undefined;
  problems.add(...controlPlaneSubnetProblems(found));
  const id = found[0]?.vpcId ?? "";
  const controlPlaneCidrBlocks = found.map(({ cidrBlock }) => cidrBlock);
  const vpc = await checkVpc({ id, region, controlPlaneCidrBlocks }, stack, settings, problems);
  return vpc && { ...vpc, subnetIds, controlPlaneCidrBlocks };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
function controlPlaneSubnetProblems(subnets: aws.ec2.GetSubnetResult[]): string[] {
  const key = "eks-dryrun-runner:clusterSubnetIds";
  const vpcs = [...new Set(subnets.map(({ vpcId }) => vpcId))];
  const zones = [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))];
  return [
    ...(vpcs.length === 1 ? [] : [`${key} are in the VPCs ${vpcs.join(", ")}, expected one VPC`]),
    ...(zones.length > 1 ? [] : [`${key} are all in ${zones.join("")}, expected two zones or more`]),
    ...subnets
      .filter(({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch)
      .map(({ id }) => `${key}: ${id} gives out public addresses, expected private subnets`),
  ];
}
