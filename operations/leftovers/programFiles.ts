import { committedFiles } from "../../committed/files";
import { environments, homeEnvironment } from "../../stacks/environments";
import { committedEnvironments, committedSettings } from "../../stacks/committedPlan";
import type { Settings } from "../../stacks/settings";

/**
 * Paths of the files that the program may commit. Which regions are deployed decides what is in them, and not which there
 * are; those of releases are among them, for they may be left from when some were applied.
 */
export function programPaths(settings: Settings): string[] {
  const anything = { projectName: "", roleArn: "" };
  const files = committedFiles(
    committedEnvironments(environments, new Set([homeEnvironment]), new Map([[homeEnvironment, anything]])),
    committedSettings(settings, true),
  );
  return files.map(({ path }) => path);
}
