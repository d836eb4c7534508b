import type { CommittedRelease } from "./apply/release";
import type { CommittedEnvironment } from "./environment";
import { judgedEnvironments } from "./judged";
import { jobsBefore, needsExpression } from "./needs";
import { ownFilter } from "./ownFilter";
import { commentActionFolder } from "./paths";
import { pinnedActions, uses, usesOwn } from "./pins";
import type { CommittedRunnerGroup } from "./runnerGroup";
import { reportInput } from "./reportInput";
import { commented, remarked } from "./yamlText";

/** What the settings say of the job. */
interface CommentJobSettings {
  /** The runner group that the runners register in. @default they register with the repository */
  runnerGroup?: CommittedRunnerGroup;
  /** How releases are applied: then the comment keeps what a release is compared with. @default they are not */
  release?: CommittedRelease;
}

/** The job that shows the reports of all regions in one comment. */
export function commentJob(
  environments: CommittedEnvironment[],
  runnerStartMinutes: number,
  { runnerGroup, release }: CommentJobSettings = {},
): object {
  const jobs = environments.flatMap(({ runner }) => runner?.jobName ?? []);
  return {
    name: "comment",
    if: "${{ always() }}",
    needs: jobsBefore(environments),
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 15,
    permissions: commented("The token that can write never meets a runner inside of the private network.", {
      contents: remarked("read", "checks out the action"),
      actions: remarked("read", "links to jobs; whether other runs are under way, and are what comments say"),
      "pull-requests": remarked("write", "suffices for comments"),
    }),
    steps: [
      {
        name: "Check out the action",
        uses: uses(pinnedActions.checkout),
        with: {
          ...(runnerGroup && { ref: runnerGroup.branch }),
          "sparse-checkout": `${commentActionFolder}\n`,
          "persist-credentials": false,
        },
      },
      {
        name: "Comment",
        uses: usesOwn(commentActionFolder),
        with: {
          token: "${{ github.token }}",
          environments: JSON.stringify(judgedEnvironments(environments)),
          needs: needsExpression(environments),
          "workflow-changed": `\${{ needs.changes.outputs.${ownFilter} }}`,
          "runner-start-minutes": runnerStartMinutes,
          "pull-request": "${{ github.event.pull_request.number }}",
          head: "${{ github.event.pull_request.head.sha }}",
          branch: "${{ github.head_ref }}",
          ...(release && { "keep-for-release": "true" }),
          ...Object.fromEntries(jobs.map((job) => [reportInput(job), `\${{ needs.${job}.outputs.report }}`])),
        },
      },
    ],
  };
}
