import { workflowPath } from "./paths";
import { remarked } from "./yamlText";

/** A runner group of an organisation that is restricted to the workflow as it stands on the default branch. */
export interface CommittedRunnerGroup {
  /** Name of the group. */
  name: string;
  /** The target repository, as `owner/name`. */
  repository: string;
  /** Its default branch. */
  branch: string;
}

/** The workflow as it has to stand in the runner group's list of selected workflows. */
export function selectedWorkflow({ repository, branch }: CommittedRunnerGroup): string {
  return `${repository}/${workflowPath}@refs/heads/${branch}`;
}

/** The value of `group` in `runs-on`. */
export function groupOf({ name }: CommittedRunnerGroup) {
  return remarked(
    name,
    "zizmor: ignore[self-hosted-runner] each build of CodeBuild runs one job and is gone",
  );
}

/** The value of `uses` by which the caller names it. */
export function callOf({ repository, branch }: CommittedRunnerGroup) {
  return remarked(
    `${repository}/${workflowPath}@${branch}`,
    "zizmor: ignore[unpinned-uses] the runner group takes jobs of this repository's default branch alone",
  );
}
