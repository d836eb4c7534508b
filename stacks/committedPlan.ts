import type { CommittedApply, CommittedEnvironment } from "../committed/environment";
import type { CommittedSettings } from "../committed/files";
import type { Environment } from "./environments";
import { committedRelease } from "./releasePlan";
import type { Settings } from "./settings";

/** Name of the component that owns the committed files. Not the environment's, because the files outlive their home. */
export const committedFilesName = "home";

/** What the committed files say: the active environments, with a runner only where there is one to take the job. */
export function committedEnvironments(
  environments: Environment[],
  deployed: Set<string>,
  applied: ReadonlyMap<string, CommittedApply> = new Map(),
): CommittedEnvironment[] {
  return environments
    .filter(({ active }) => active)
    .map(({ name, filter, paths, overlay, runner }) => {
      const apply = applied.get(name);
      return {
        name,
        filter,
        paths,
        overlay,
        ...(runner !== undefined && deployed.has(name)
          ? { runner: apply === undefined ? runner : { ...runner, apply } }
          : {}),
      };
    });
}

/** What the settings say of the committed files. @param isApplied whether releases are applied to any environment */
export function committedSettings(settings: Settings, isApplied = false): CommittedSettings {
  const { runnerGroup, ...others } = settings;
  const repository = settings.targetRepository.fullName;
  return {
    ...others,
    ...(runnerGroup && { runnerGroup: { name: runnerGroup.name, branch: runnerGroup.branch, repository } }),
    ...(isApplied && { release: committedRelease(settings) }),
  };
}
