import type { CommittedRelease } from "./apply/release";
import { changesJob } from "./changesJob";
import { dryRunJob, type DryRunJobSettings } from "./dryRunJob";
import { checkEnvironments, type CommittedEnvironment } from "./environment";
import { commentJob } from "./commentJob";
import { gateJob } from "./gateJob";
import { callerJob } from "./reportedName";
import { callOf, type CommittedRunnerGroup } from "./runnerGroup";
import { defaultRunnerStartMinutes } from "./watch/limits";
import { watchJob } from "./watchJob";
import { workflowHeader } from "./workflowHeader";
import { workflowName } from "./workflowName";
import { commented, remarked, spaced, yamlText } from "./yamlText";

/** What the stack's settings say of the workflow. */
export interface WorkflowSettings extends DryRunJobSettings {
  /**
   * Minutes for which a job waits for a runner before its run is ended.
   * @default 30
   */
  runnerStartMinutes?: number;
  /** How releases are applied. @default they are not */
  release?: CommittedRelease;
}

export { workflowName };

/**
 * What starts a run, and what ends it for a newer one. A pull request that gets another base is `edited`, and its gate would
 * stay as green as it was against the one before. That also comes of another title or text: a job that were skipped then
 * would count as a success of the same commit.
 */
const started = {
  on: { pull_request: { types: ["opened", "synchronize", "reopened", "edited"] }, merge_group: {} },
  permissions: {},
  concurrency: {
    group: "k8s-dryrun-${{ github.event.pull_request.number || github.ref }}",
    "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
  },
};

/**
 * Text of the workflow: the same environments and settings give the same bytes.
 * @throws Error if the environments do not fit together.
 */
export function dryRunWorkflow(
  environments: CommittedEnvironment[],
  settings: WorkflowSettings = {},
): string {
  checkEnvironments(environments);
  const { runnerStartMinutes = defaultRunnerStartMinutes, runnerGroup } = settings;
  const dryRuns = environments.flatMap((environment) =>
    environment.runner
      ? [[environment.runner.jobName, dryRunJob(environment, environment.runner, settings)] as const]
      : [],
  );
  return yamlText(workflowHeader, {
    name: workflowName,
    ...(runnerGroup === undefined ? started : { on: "workflow_call", permissions: {} }),
    defaults: { run: { shell: "bash" } },
    jobs: spaced({
      changes: changesJob(environments),
      ...Object.fromEntries(dryRuns),
      ...(dryRuns.length > 0 && { watch: watchJob(environments, runnerStartMinutes, runnerGroup) }),
      comment: commentJob(environments, runnerStartMinutes, settings),
      gate: gateJob(environments, runnerStartMinutes),
    }),
  });
}

/** Text of the workflow that calls the other as it stands on the default branch, where alone its jobs get a runner. */
export function callerWorkflow(runnerGroup: CommittedRunnerGroup): string {
  return yamlText(workflowHeader, {
    name: workflowName,
    ...started,
    jobs: {
      [callerJob]: {
        name: callerJob,
        permissions: commented("The jobs have these rights at most, and name their own.", {
          contents: remarked("read", "checks out the change, its base and the actions"),
          actions: remarked("write", "cancels a run that gets no runner"),
          "pull-requests": remarked("write", "suffices for comments"),
        }),
        uses: callOf(runnerGroup),
      },
    },
  });
}
