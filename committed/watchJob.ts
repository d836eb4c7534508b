import type { CommittedEnvironment } from "./environment";
import { watchActionFolder } from "./paths";
import { pinnedActions, uses, usesOwn } from "./pins";
import type { CommittedRunnerGroup } from "./runnerGroup";
import { watchTimeoutMinutes } from "./watch/limits";
import { commented, remarked } from "./yamlText";

/** The job that ends a run whose region jobs no runner takes: a queued job has no time limit of its own but a day. */
export function watchJob(
  environments: CommittedEnvironment[],
  runnerStartMinutes: number,
  runnerGroup?: CommittedRunnerGroup,
): object {
  const watched = environments.flatMap(({ name, filter, runner }) =>
    runner ? [{ name, filter, job: runner.jobName, project: runner.projectName }] : [],
  );
  const touched = watched.map(({ filter }) => `needs.changes.outputs.${filter} == 'true'`);
  return {
    name: "watch",
    needs: "changes",
    if: `\${{ ${touched.join(" || ")} }}`,
    permissions: commented("No job of a region has these rights.", {
      contents: remarked("read", "checks out the action"),
      actions: remarked("write", "cancels the run"),
      "pull-requests": remarked("write", "marks the comment of an earlier run as stale"),
    }),
    ...watching(
      {
        name: "Check out the action",
        uses: uses(pinnedActions.checkout),
        with: {
          ...(runnerGroup && { ref: runnerGroup.branch }),
          "sparse-checkout": `${watchActionFolder}\n`,
          "persist-credentials": false,
        },
      },
      {
        environments: JSON.stringify(watched),
        changes: "${{ toJSON(needs.changes.outputs) }}",
        "runner-start-minutes": runnerStartMinutes,
        "pull-request": "${{ github.event.pull_request.number }}",
        head: "${{ github.event.pull_request.head.sha }}",
      },
    ),
  };
}

/**
 * What a job does that waits for runners.
 * @param checkout its first step, which brings the action
 * @param inputs of the action
 */
export function watching(
  checkout: object,
  inputs: { environments: string; "runner-start-minutes": number } & Record<string, unknown>,
): object {
  const token = "${{ github.token }}";
  return {
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": watchTimeoutMinutes,
    outputs: { "not-started": "${{ steps.watch.outputs.not-started }}" },
    steps: [
      checkout,
      {
        name: "Wait until runners have come",
        id: "watch",
        uses: usesOwn(watchActionFolder),
        with: { token, ...inputs },
      },
      {
        // A step of its own: it ends this job too, and what the step before said is then known.
        name: "End the run if none came",
        if: "${{ steps.watch.outputs.not-started }}",
        uses: usesOwn(watchActionFolder),
        with: {
          token,
          "not-started": "${{ steps.watch.outputs.not-started }}",
          "runner-start-minutes": inputs["runner-start-minutes"],
        },
      },
    ],
  };
}
