import { deleteVariable } from "../committed/apply/buildspec";
import { ApplyProject } from "../components/applyProject";
import { ReleaseIdentity, type GitHubIdentityProvider } from "../components/releaseIdentity";
import type { RunnerNetwork } from "../components/runnerNetwork";
import { applyProjectName } from "./applyProjectName";
import type { EnvironmentWithRunner } from "./environments";
import { buildspecOf, releaseRoleName, releaseTrust } from "./releasePlan";
import type { Settings } from "./settings";
import type { StackCluster } from "./stackCluster";

/** Registers what applies releases to the stack's cluster: the project, and who may start its build. */
export function releaseStack(
  environment: EnvironmentWithRunner,
  settings: Settings,
  { cluster, network }: { cluster: StackCluster; network: RunnerNetwork },
  identityProvider: GitHubIdentityProvider,
  tags: Record<string, string>,
) {
  const { name, runner } = environment;
  const repository = settings.targetRepository.fullName;
  const boundary =
    settings.permissionsBoundaryArn === undefined
      ? {}
      : { permissionsBoundaryArn: settings.permissionsBoundaryArn };
  const { vpcId, clusterName, clusterArn, clusterSecurityGroupId, accountId } = cluster;
  const { subnetIds, subnetArns, securityGroupId, securityGroupArn } = network;

  const project = new ApplyProject(name, {
    projectName: applyProjectName(runner),
    accountId,
    region: runner.region,
    repository,
    githubCredential: settings.githubCredential,
    buildspec: buildspecOf(environment, settings),
    clusterName,
    clusterArn,
    clusterSecurityGroupId,
    vpcId,
    subnetIds,
    subnetArns,
    securityGroupId,
    securityGroupArn,
    computeType: settings.computeType,
    image: settings.image,
    queuedTimeoutMinutes: settings.queuedTimeoutMinutes,
    logRetentionDays: settings.logRetentionDays,
    ...boundary,
    tags,
  });

  const identity = new ReleaseIdentity(name, {
    roleName: releaseRoleName(name),
    identityProvider,
    ...releaseTrust(settings),
    environment: name,
    projectArn: project.projectArn,
    logGroupArn: project.logGroupArn,
    variables: [deleteVariable],
    ...boundary,
    tags,
  });
  return { project, identity };
}
