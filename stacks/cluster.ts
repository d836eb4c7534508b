import * as aws from "@pulumi/aws";
import type * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { clusterProblems } from "./clusterChecks";
import type { EnvironmentWithRunner } from "./environments";
import { connectionProblems } from "./connection";
import { repositoryProblems } from "./repository";
import type { Settings } from "./settings";
import type { StackCluster } from "./stackCluster";
import { checkVpc } from "./vpc";
import { WorldProblems } from "./worldProblems";

/**
 * Looks up all that the stack builds on, and checks it before any resource is registered.
 * @throws {pulumi.RunError} naming everything that is wrong, each with the command that mends it
 */
export async function checkCluster(
  stack: string,
  environment: EnvironmentWithRunner,
  settings: Settings,
  githubProvider?: github.Provider,
): Promise<StackCluster> {
  const { clusterName, region, eksVersionLabel } = environment.runner;
  const problems = new WorldProblems();
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
  const controlPlaneCidrBlocks =
    (await problems.orElse(`the subnets of EKS cluster ${clusterName}`, cidrBlocksOf(subnetIds))) ?? [];
  const vpc = await checkVpc({ id: vpcId, region, controlPlaneCidrBlocks }, stack, settings, problems);
  if (!vpc || problems.any) throw problems.error(stack);

  if (cluster.version !== eksVersionLabel.replace("_", ".")) {
    void pulumi.log.warn(
      `${clusterName} runs Kubernetes ${cluster.version}, but stacks/environments.ts says ${eksVersionLabel}: ` +
        "change runner.eksVersionLabel and bring the home stack up.",
    );
  }
  return {
    accountId: identity.accountId,
    clusterName,
    clusterArn: cluster.arn,
    clusterSecurityGroupId,
    controlPlaneCidrBlocks,
    ...vpc,
  };
}

/** Sorted by id, so that every run makes the same rules of them. */
async function cidrBlocksOf(subnetIds: string[]): Promise<string[]> {
  const subnets = await Promise.all([...subnetIds].sort().map((id) => aws.ec2.getSubnet({ id })));
  return subnets.map(({ cidrBlock }) => cidrBlock);
}
