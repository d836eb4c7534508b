import { changesJob } from "./changesJob";
import { dryRunJob } from "./dryRunJob";
import type { DryRunSettings } from "./dryRunSettings";
import { checkEnvironments, type CommittedEnvironment } from "./environment";
import { commentJob } from "./commentJob";
import { gateJob } from "./gateJob";
import { watchJob } from "./watchJob";
import { spaced, yamlText } from "./yamlText";

/** What the stack's settings say of the workflow. */
export interface WorkflowSettings extends DryRunSettings {
  /**
   * Minutes for which a job waits for a runner before its run is ended.
   * @default 30
   */
  runnerStartMinutes?: number;
}

/** Name of the workflow: the CodeBuild webhooks filter on it. */
export const workflowName = "K8s Dryrun";

/**
 * Text of the workflow: the same environments and settings give the same bytes.
 * @throws Error if the environments do not fit together.
 */
export function dryRunWorkflow(
  environments: CommittedEnvironment[],
  settings: WorkflowSettings = {},
): string {
  checkEnvironments(environments);
  const { runnerStartMinutes = 30 } = settings;
  const dryRuns = environments.flatMap((environment) =>
    environment.runner
      ? [[environment.runner.jobName, dryRunJob(environment, environment.runner, settings)] as const]
      : [],
  );
  return yamlText(
    "Written by eks-dryrun-runner. Changes made here are undone by its next `pulumi up`:\n" +
      "change its registry of environments instead.",
    {
      name: workflowName,
      on: ["pull_request", "merge_group"],
      permissions: {},
      concurrency: {
        group: "k8s-dryrun-${{ github.event.pull_request.number || github.ref }}",
        "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
      },
      defaults: { run: { shell: "bash" } },
      jobs: spaced({
        changes: changesJob(environments),
        ...Object.fromEntries(dryRuns),
        ...(dryRuns.length > 0 && { watch: watchJob(environments, runnerStartMinutes) }),
        comment: commentJob(environments, runnerStartMinutes),
        gate: gateJob(environments, runnerStartMinutes),
      }),
    },
  );
}
