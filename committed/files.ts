import { actionFiles } from "./action";
import { applyFiles } from "./apply/files";
import { hostedActionFiles } from "./hostedActions";
import type { CommittedEnvironment } from "./environment";
import { guardText } from "./guardText";
import { callerPath, guardPath, workflowPath } from "./paths";
import { callerWorkflow, dryRunWorkflow, type WorkflowSettings } from "./workflow";

/** A file that lands in the target repository. */
export interface CommittedFile {
  path: string;
  content: string;
}

/** What the stack's settings say of the committed files. */
export interface CommittedSettings extends WorkflowSettings {
  /** What the runner may dry-run. @default the kinds of an ordinary workload */
  guardedKinds?: string[];
}

/**
 * Largest size of a committed file, in bytes. GitHub's contents API gives no content for files above 1 MB, and the
 * GitHub provider then sees drift that is none.
 */
export const largestFileBytes = 900_000;

/**
 * All files of the target repository, in the order in which they are committed: what starts runs last, because it uses
 * the others.
 * @throws Error if the environments do not fit together, or a file is too large.
 */
export function committedFiles(
  environments: CommittedEnvironment[],
  settings: CommittedSettings = {},
): CommittedFile[] {
  const { guardedKinds, runnerGroup, release } = settings;
  const files = [
    {
      path: guardPath,
      content: guardText({
        ...(guardedKinds && { kinds: guardedKinds }),
        ...(release && { releaseKinds: release.applyKinds ?? [] }),
      }),
    },
    ...actionFiles(),
    ...hostedActionFiles(environments, settings.release !== undefined),
    { path: workflowPath, content: dryRunWorkflow(environments, settings) },
    ...(runnerGroup === undefined ? [] : [{ path: callerPath, content: callerWorkflow(runnerGroup) }]),
    ...applyFiles(environments, settings.release, settings),
  ];
  for (const { path, content } of files) {
    const bytes = Buffer.byteLength(content);
    if (bytes >= largestFileBytes) {
      throw new Error(
        `${path} has ${String(bytes)} bytes; GitHub takes fewer than ${String(largestFileBytes)} safely.`,
      );
    }
  }
  return files;
}
