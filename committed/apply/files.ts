import { bundle } from "../bundle";
import type { CommittedEnvironment } from "../environment";
import type { CommittedFile } from "../files";
import { applyCallerPath, applyComparePath, applyEnvironmentPath, applyProgramPath } from "../paths";
import { applyActionFiles } from "./actions";
import { applyCallerWorkflow } from "./callerWorkflow";
import { applyCompareWorkflow, type CompareSettings } from "./compareWorkflow";
import { applyEnvironmentWorkflow } from "./environmentWorkflow";
import { appliedEnvironments, type CommittedRelease } from "./release";

/** The files by which releases are applied, what starts runs last; none if they are applied nowhere. */
export function applyFiles(
  environments: CommittedEnvironment[],
  release: CommittedRelease | undefined,
  settings: CompareSettings,
): CommittedFile[] {
  if (release === undefined || appliedEnvironments(environments).length === 0) return [];
  return [
    { path: applyProgramPath, content: bundle("dryrun/applyMain.ts") },
    ...applyActionFiles(environments),
    { path: applyComparePath, content: applyCompareWorkflow(environments, release, settings) },
    { path: applyEnvironmentPath, content: applyEnvironmentWorkflow(environments, release) },
    { path: applyCallerPath, content: applyCallerWorkflow(environments, release) },
  ];
}
