import { applyBuildspec, deleteVariable } from "../committed/apply/buildspec";
import type { CommittedRelease } from "../committed/apply/release";
import type { CommittedApply } from "../committed/environment";
import { applyEnvironmentPath } from "../committed/paths";
import { ApplyProject } from "../components/applyProject";
import { ReleaseIdentity, type GitHubIdentityProvider } from "../components/releaseIdentity";
import type { RunnerNetwork } from "../components/runnerNetwork";
import { applyProjectName } from "./applyProjectName";
import type { EnvironmentWithRunner } from "./environments";
import type { Settings } from "./settings";
import type { StackCluster } from "./stackCluster";

/** What a stack's own releases are applied by, as the committed workflow names it: known before it is made. */
export function ownApply(
  { name, runner }: EnvironmentWithRunner,
  { apply }: Settings,
  accountId: string,
): CommittedApply | undefined {
  if (apply === "disabled") return undefined;
  return {
    projectName: applyProjectName(runner),
    roleArn: `arn:aws:iam::${accountId}:role/${releaseRoleName(name)}`,
  };
}

const releaseRoleName = (environment: string) => `${environment}-release`;

/** What the settings say of releases in the committed files. */
export function committedRelease(settings: Settings): CommittedRelease {
  const { targetRepository, defaultBranch, releaseOrder, applyKinds } = settings;
  return {
    repository: targetRepository.fullName,
    branch: defaultBranch,
    ...(releaseOrder && { order: releaseOrder }),
    ...(applyKinds && { applyKinds }),
  };
}

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
    buildspec: applyBuildspec({
      environment: name,
      overlay: environment.overlay,
      paths: environment.paths,
      clusterName: runner.clusterName,
      region: runner.region,
      eksVersionLabel: runner.eksVersionLabel,
      branch: settings.defaultBranch,
      dryRun: settings,
    }),
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
    repository: {
      fullName: repository,
      // The settings are checked: with apply, both are there.
      id: String(settings.targetRepositoryId),
      ownerId: String(settings.targetRepositoryOwnerId),
    },
    environment: name,
    workflow: { path: applyEnvironmentPath, branch: settings.defaultBranch },
    projectArn: project.projectArn,
    logGroupArn: project.logGroupArn,
    variables: [deleteVariable],
    ...boundary,
    tags,
  });
  return { project, identity };
}
