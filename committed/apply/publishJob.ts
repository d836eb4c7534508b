import { releaseActionFolder } from "../paths";
import { reportInput } from "../reportInput";
import { pinnedActions, uses, usesOwn } from "../pins";
import { remarked } from "../yamlText";
import { applyJob, type CommittedRelease } from "./release";

/** The job that puts what was applied into the text of the release. */
export function publishJob(names: string[], { branch }: CommittedRelease): object {
  const jobs = names.map((name) => applyJob({ name }));
  return {
    name: "publish",
    if: "${{ always() && github.event_name == 'release' }}",
    needs: jobs,
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 10,
    permissions: { contents: remarked("write", "changes the text of the release") },
    steps: [
      checkoutOfAction(releaseActionFolder, branch),
      {
        name: "Tell it in the release",
        uses: usesOwn(releaseActionFolder),
        with: {
          task: "publish",
          token: "${{ github.token }}",
          environments: JSON.stringify(names),
          release: "${{ github.event.release.id }}",
          ...Object.fromEntries(jobs.map((job) => [`result-${job}`, `\${{ needs.${job}.result }}`])),
          ...Object.fromEntries(jobs.map((job) => [reportInput(job), `\${{ needs.${job}.outputs.report }}`])),
        },
      },
    ],
  };
}

/** Checks out an action as the default branch has it. In full, because a tag may be called as the branch is. */
export function checkoutOfAction(folder: string, branch: string, others: object = {}): object {
  return {
    name: "Check out the action",
    uses: uses(pinnedActions.checkout),
    with: {
      ref: `refs/heads/${branch}`,
      ...others,
      "sparse-checkout": `${folder}\n`,
      "persist-credentials": false,
    },
  };
}
