import { applyBuildspec } from "../committed/apply/buildspec";
import type { CommittedRelease } from "../committed/apply/release";
import type { CommittedApply } from "../committed/environment";
import { applyEnvironmentPath } from "../committed/paths";
import { applyProjectName } from "./applyProjectName";
import type { EnvironmentWithRunner } from "./environments";
import type { Settings } from "./settings";

/** What a stack's own releases are applied by, as the committed workflow names it: known before it is made. */
export function ownApply(
  environment: EnvironmentWithRunner,
  { apply }: Settings,
  accountId: string,
): CommittedApply | undefined {
  return apply === "disabled" ? undefined : committedApply(environment, accountId);
}

/** What releases are applied by in an environment of an account. */
export function committedApply({ name, runner }: EnvironmentWithRunner, accountId: string): CommittedApply {
  return {
    projectName: applyProjectName(runner),
    roleArn: `arn:aws:iam::${accountId}:role/${releaseRoleName(name)}`,
  };
}

/** Name of the role that starts the build of an environment. */
export const releaseRoleName = (environment: string) => `${environment}-release`;

/** The buildspec of the project that applies releases to an environment. */
export function buildspecOf(
  { name, overlay, paths, runner }: EnvironmentWithRunner,
  settings: Settings,
): string {
  const { clusterName, region, eksVersionLabel } = runner;
  return applyBuildspec({
    environment: name,
    overlay,
    paths,
    clusterName,
    region,
    eksVersionLabel,
    branch: settings.defaultBranch,
    dryRun: settings,
  });
}

/** Whose jobs may take the role, and of which workflow. */
export function releaseTrust({ targetRepository, ...settings }: Settings) {
  return {
    repository: {
      fullName: targetRepository.fullName,
      // The settings are checked: with apply, both are there.
      id: String(settings.targetRepositoryId),
      ownerId: String(settings.targetRepositoryOwnerId),
    },
    workflow: { path: applyEnvironmentPath, branch: settings.defaultBranch },
  };
}

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
