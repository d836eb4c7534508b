import { ClusterAccess } from "../components/clusterAccess";
import { CodeBuildRunner } from "../components/codeBuildRunner";
import { RunnerNetwork } from "../components/runnerNetwork";
import { runnerWorkflows } from "../committed/runnerWorkflows";
import type { EnvironmentWithRunner } from "./environments";
import type { Settings } from "./settings";
import type { StackCluster } from "./stackCluster";

/** Registers what every stack has: the runner, its network and its way into the cluster. */
export function regionStack(
  environment: EnvironmentWithRunner,
  settings: Settings,
  cluster: StackCluster,
  tags: Record<string, string>,
) {
  const { name, runner } = environment;
  const { vpcId, clusterArn, accountId } = cluster;

  const network = new RunnerNetwork(name, {
    vpcId,
    subnets: cluster.subnets,
    vpcCidrBlocks: cluster.vpcCidrBlocks,
    controlPlaneCidrBlocks: cluster.controlPlaneCidrBlocks,
    privateDestinations: settings.privateDestinations,
    tags,
  });

  const codeBuildRunner = new CodeBuildRunner(name, {
    projectName: runner.projectName,
    accountId,
    region: runner.region,
    repository: settings.targetRepository.fullName,
    githubCredential: settings.githubCredential,
    workflowNames: runnerWorkflows(settings.apply),
    ...(settings.githubActorIds === undefined ? {} : { githubActorIds: settings.githubActorIds }),
    ...(settings.runnerGroup && {
      runnerGroup: { organization: settings.targetRepository.owner, id: settings.runnerGroup.id },
    }),
    clusterArn,
    vpcId,
    subnetIds: network.subnetIds,
    subnetArns: network.subnetArns,
    securityGroupId: network.securityGroupId,
    securityGroupArn: network.securityGroupArn,
    computeType: settings.computeType,
    image: settings.image,
    buildTimeoutMinutes: settings.buildTimeoutMinutes,
    queuedTimeoutMinutes: settings.queuedTimeoutMinutes,
    logRetentionDays: settings.logRetentionDays,
    ...(settings.permissionsBoundaryArn === undefined
      ? {}
      : { permissionsBoundaryArn: settings.permissionsBoundaryArn }),
    tags,
  });

  const access = new ClusterAccess(name, {
    clusterName: cluster.clusterName,
    clusterSecurityGroupId: cluster.clusterSecurityGroupId,
    runnerSecurityGroupId: network.securityGroupId,
    runnerRoleArn: codeBuildRunner.roleArn,
    runnerRoleUniqueId: codeBuildRunner.roleUniqueId,
    tags,
  });

  return { network, codeBuildRunner, access };
}
