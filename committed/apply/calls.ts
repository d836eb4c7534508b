import { remarked } from "../yamlText";
import type { CommittedRelease } from "./release";

/** The value of `uses` for a workflow as the default branch has it, whatever commit the release is of. */
export function calledOnBranch({ repository, branch }: CommittedRelease, path: string) {
  return remarked(
    `${repository}/${path}@${branch}`,
    "zizmor: ignore[unpinned-uses] the role trusts this workflow on the default branch alone",
  );
}

/** The commit of a run: a release's own, or the one that was given by hand. */
export const commitOfRun = "${{ github.event_name == 'release' && github.sha || inputs.commit }}";
