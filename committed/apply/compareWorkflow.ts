import {
  actionInputs,
  baseFolder,
  checkoutInputs,
  dryRunStep,
  refusalOf,
  runnerLabels,
  trustedCheckout,
  trustedFolder,
  workflowJobTimeoutMinutes,
  type DryRunJobSettings,
} from "../dryRunJob";
import type { CommittedEnvironment } from "../environment";
import { manifestFolders } from "../filters";
import { actionFolder, releaseActionFolder, watchActionFolder } from "../paths";
import { pinnedActions, uses, usesOwn } from "../pins";
import { reportInput } from "../reportInput";
import { groupOf } from "../runnerGroup";
import { defaultRunnerStartMinutes } from "../watch/limits";
import { watching } from "../watchJob";
import { workflowHeader } from "../workflowHeader";
import { commented, quoted, remarked, spaced, yamlText } from "../yamlText";
import { checkoutOfAction } from "./publishJob";
import { appliedEnvironments, type AppliedEnvironment, type CommittedRelease } from "./release";

/** What the settings say of the release's dry runs. */
export interface CompareSettings extends DryRunJobSettings {
  /** Minutes for which a runner is waited for. @default 30 */
  runnerStartMinutes?: number;
}

/**
 * Text of the workflow that dry-runs a release in every environment and compares it with what its pull requests showed,
 * before anybody is asked to approve.
 */
export function applyCompareWorkflow(
  environments: CommittedEnvironment[],
  release: CommittedRelease,
  settings: CompareSettings = {},
): string {
  const applied = appliedEnvironments(environments, release.order);
  return yamlText(workflowHeader, {
    name: "K8s Apply compare",
    on: { workflow_call: { inputs } },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: spaced({
      prepare: prepareJob(release),
      watch: releaseWatchJob(applied, release, settings.runnerStartMinutes ?? defaultRunnerStartMinutes),
      ...Object.fromEntries(
        applied.map((environment) => [environment.runner.jobName, dryRunJob(environment, release, settings)]),
      ),
      compare: compareJob(applied, release),
    }),
  });
}

const inputs = {
  commit: { description: "Commit of the default branch, in full", type: "string", required: true },
  environment: {
    description: "The one environment to dry-run; empty for all",
    type: "string",
    required: false,
  },
  delete: { description: "Objects that are to be deleted, by their names", type: "string", required: false },
  tag: { description: "Tag of the release; empty where it is done by hand", type: "string", required: false },
};

function prepareJob({ branch }: CommittedRelease): object {
  return {
    name: "prepare",
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 15,
    permissions: {
      contents: remarked("read", "checks out the history, and reads which release was before"),
      "pull-requests": remarked("read", "finds the pull requests since"),
    },
    outputs: {
      base: "${{ steps.prepare.outputs.base }}",
      "base-tag": "${{ steps.prepare.outputs.base-tag }}",
      "pull-requests": "${{ steps.prepare.outputs.pull-requests }}",
    },
    steps: [
      commented(
        "All commits, of which no file but the action's is needed.",
        checkoutOfAction(releaseActionFolder, branch, { "fetch-depth": 0 }),
      ),
      {
        name: "Find what was released before",
        id: "prepare",
        uses: usesOwn(releaseActionFolder),
        with: {
          task: "prepare",
          token: "${{ github.token }}",
          commit: "${{ inputs.commit }}",
          tag: "${{ inputs.tag }}",
          branch,
        },
      },
    ],
  };
}

/** As for pull requests: without it a release would wait for a day where no runner comes. */
function releaseWatchJob(
  applied: AppliedEnvironment[],
  { branch }: CommittedRelease,
  runnerStartMinutes: number,
): object {
  const watched = applied.map(({ name, filter, runner }) => ({
    name,
    filter,
    job: runner.jobName,
    project: runner.projectName,
  }));
  return {
    name: "watch",
    needs: "prepare",
    permissions: {
      contents: remarked("read", "checks out the action"),
      actions: remarked("write", "cancels the run, in which nothing is applied yet"),
    },
    ...watching(checkoutOfAction(watchActionFolder, branch), {
      environments: JSON.stringify(watched),
      environment: "${{ inputs.environment }}",
      "runner-start-minutes": runnerStartMinutes,
    }),
  };
}

function dryRunJob(
  environment: AppliedEnvironment,
  { branch }: CommittedRelease,
  settings: DryRunJobSettings,
): object {
  const { runner } = environment;
  const { runnerGroup } = settings;
  const labels = runnerLabels(runner);
  const manifests = manifestFolders(environment);
  return {
    name: runner.jobName,
    needs: "prepare",
    if: `\${{ inputs.environment == '' || inputs.environment == '${environment.name}' }}`,
    "runs-on": runnerGroup === undefined ? labels : { group: groupOf(runnerGroup), labels },
    "timeout-minutes": workflowJobTimeoutMinutes,
    permissions: { contents: remarked("read", "checks out the release and the one before") },
    outputs: { report: `\${{ steps.${dryRunStep}.outputs.report }}` },
    steps: [
      {
        name: "Check out the release",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs(manifests, { ref: "${{ inputs.commit }}" }),
      },
      {
        name: "Make room for the base",
        env: { BASE: "${{ needs.prepare.outputs.base }}" },
        run:
          [baseFolder, trustedFolder].map(refusalOf).join("") +
          `# Without a release before, everything is new.\nif [ -z "$BASE" ]; then mkdir ${baseFolder}; fi\n`,
      },
      {
        name: "Check out the base",
        if: "${{ needs.prepare.outputs.base }}",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs(manifests, { ref: "${{ needs.prepare.outputs.base }}", path: baseFolder }),
      },
      trustedCheckout({ branch: `refs/heads/${branch}` }),
      {
        name: "Run k8s_dryrun action",
        id: dryRunStep,
        uses: usesOwn(`${trustedFolder}/${actionFolder}`),
        with: actionInputs(environment, runner, quoted(runner.eksVersionLabel), settings),
      },
    ],
  };
}

function compareJob(applied: AppliedEnvironment[], { branch }: CommittedRelease): object {
  const jobs = applied.map(({ name, runner: { jobName } }) => ({ name, job: jobName }));
  return {
    name: "compare",
    // Also where a dry run failed: that is what the reviewer has to see.
    if: "${{ !cancelled() && needs.prepare.result == 'success' }}",
    needs: ["prepare", ...jobs.map(({ job }) => job)],
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 15,
    permissions: {
      contents: remarked("read", "checks out the action"),
      actions: remarked("read", "tells whether a comment is of a run that there was"),
      "pull-requests": remarked("read", "reads what was reviewed"),
    },
    steps: [
      checkoutOfAction(releaseActionFolder, branch),
      {
        name: "Compare with what was reviewed",
        uses: usesOwn(releaseActionFolder),
        with: {
          task: "compare",
          token: "${{ github.token }}",
          commit: "${{ inputs.commit }}",
          delete: "${{ inputs.delete }}",
          "base-tag": "${{ needs.prepare.outputs.base-tag }}",
          "pull-requests": "${{ needs.prepare.outputs.pull-requests }}",
          environments: JSON.stringify(jobs),
          ...Object.fromEntries(jobs.map(({ job }) => [`result-${job}`, `\${{ needs.${job}.result }}`])),
          ...Object.fromEntries(
            jobs.map(({ job }) => [reportInput(job), `\${{ needs.${job}.outputs.report }}`]),
          ),
        },
      },
    ],
  };
}
