import { dryRunInputs, type DryRunSettings } from "./dryRunSettings";
import type { CommittedEnvironment, CommittedRunner } from "./environment";
import { filterPaths, manifestFolders } from "./filters";
import { actionFolder } from "./paths";
import { pinnedActions, uses, usesOwn } from "./pins";
import { groupOf, type CommittedRunnerGroup } from "./runnerGroup";
import { commented, quoted, remarked } from "./yamlText";

/** Longest run of a region's job, in minutes. The build that carries it must be allowed to live longer. */
export const workflowJobTimeoutMinutes = 20;

/** Id of the step that gives the report. */
export const dryRunStep = "dryrun";

/** Folder for the manifests as they are without the change; named so that no repository has it. */
export const baseFolder = ".k8s-dryrun-base";

/** Folder for the action of the default branch, where no code of a pull request may run on the runner. */
export const trustedFolder = ".k8s-dryrun-action";

/** What the settings say of the job. */
export interface DryRunJobSettings extends DryRunSettings {
  /** The runner group that the runners register in. @default they register with the repository */
  runnerGroup?: CommittedRunnerGroup;
}

/** The job that dry-runs one environment, on the runner next to its cluster. */
export function dryRunJob(
  environment: CommittedEnvironment,
  runner: CommittedRunner,
  settings: DryRunJobSettings = {},
): object {
  const { runnerGroup } = settings;
  const labels = runnerLabels(runner);
  const manifests = manifestFolders(environment);
  return {
    name: runner.jobName,
    needs: "changes",
    if: `\${{ needs.changes.outputs.${environment.filter} == 'true' }}`,
    "runs-on": runnerGroup === undefined ? labels : { group: groupOf(runnerGroup), labels },
    "timeout-minutes": workflowJobTimeoutMinutes,
    permissions: { contents: remarked("read", "checks out the change and its base") },
    outputs: { report: `\${{ steps.${dryRunStep}.outputs.report }}` },
    strategy: { matrix: { eks_version_label: [quoted(runner.eksVersionLabel)] } },
    steps: [
      commented("The merge commit and its parents: the first one is the base that it was merged into.", {
        name: "Check out the change",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs([...(runnerGroup ? [] : [actionFolder]), ...manifests], { "fetch-depth": 2 }),
      }),
      {
        name: "Find the base commit",
        id: "base",
        env: { MERGE_GROUP_BASE: "${{ github.event.merge_group.base_sha }}" },
        run:
          [baseFolder, ...(runnerGroup ? [trustedFolder] : [])].map(refusalOf).join("") +
          "commit=\"${MERGE_GROUP_BASE:-$(git rev-parse --verify 'HEAD^1')}\"\n" +
          'echo "commit=$commit" >> "$GITHUB_OUTPUT"\n',
      },
      {
        name: "Check out the base",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs(manifests, { ref: "${{ steps.base.outputs.commit }}", path: baseFolder }),
      },
      ...(runnerGroup ? [trustedCheckout(runnerGroup)] : []),
      {
        name: "Run k8s_dryrun action (${{matrix.eks_version_label}})",
        id: dryRunStep,
        uses: usesOwn(runnerGroup ? `${trustedFolder}/${actionFolder}` : actionFolder),
        with: actionInputs(environment, runner, "${{ matrix.eks_version_label }}", settings),
      },
    ],
  };
}

/** What the action is told of an environment. */
export function actionInputs(
  environment: CommittedEnvironment,
  runner: CommittedRunner,
  eksVersionLabel: unknown,
  settings: DryRunSettings,
): object {
  return {
    environment: environment.name,
    overlay: environment.overlay,
    base: baseFolder,
    paths: `${filterPaths(environment).join("\n")}\n`,
    "cluster-name": runner.clusterName,
    region: runner.region,
    "eks-version-label": eksVersionLabel,
    ...dryRunInputs(settings),
  };
}

/** The labels by which a job asks for the runner of a project. */
export function runnerLabels({ projectName }: CommittedRunner): string[] {
  return [`codebuild-${projectName}-\${{ github.run_id }}-\${{ github.run_attempt }}`];
}

/** A link of that name would have something else checked out over the change, and nothing would differ. */
export function refusalOf(folder: string): string {
  return (
    `if [ -e ${folder} ] || [ -L ${folder} ]; then\n` +
    `  echo '::error::The repository may have nothing that is called ${folder}.'\n  exit 1\nfi\n`
  );
}

/** Checks out the action as a branch has it. */
export function trustedCheckout({ branch }: { branch: string }): object {
  return commented("The default branch's own: what a pull request makes of the action does not run here.", {
    name: "Check out the action",
    uses: uses(pinnedActions.checkout),
    with: checkoutInputs([actionFolder], { ref: branch, path: trustedFolder }),
  });
}

/**
 * A sparse checkout that leaves no token behind. actions/checkout fetches the files of a sparse checkout itself,
 * before it removes the token (actions/checkout:src/git-source-provider.ts), so nothing is left to fetch later.
 */
export function checkoutInputs(folders: string[], others: object): object {
  return { ...others, "sparse-checkout": `${folders.join("\n")}\n`, "persist-credentials": false };
}
