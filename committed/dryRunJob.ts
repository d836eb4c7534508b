import { dryRunInputs, type DryRunSettings } from "./dryRunSettings";
import type { CommittedEnvironment, CommittedRunner } from "./environment";
import { filterPaths, manifestFolders } from "./filters";
import { actionFolder } from "./paths";
import { pinnedActions, uses, usesOwn } from "./pins";
import { commented, quoted, remarked } from "./yamlText";

/** Longest run of a region's job, in minutes. The build that carries it must be allowed to live longer. */
export const workflowJobTimeoutMinutes = 20;

/** Id of the step that gives the report. */
const dryRunStep = "dryrun";

/** Folder for the manifests as they are without the change; named so that no repository has it. */
const baseFolder = ".k8s-dryrun-base";

/** The job that dry-runs one environment, on the runner next to its cluster. */
export function dryRunJob(
  environment: CommittedEnvironment,
  runner: CommittedRunner,
  settings: DryRunSettings = {},
): object {
  const label = `codebuild-${runner.projectName}-\${{ github.run_id }}-\${{ github.run_attempt }}`;
  const manifests = manifestFolders(environment);
  return {
    name: runner.jobName,
    needs: "changes",
    if: `\${{ needs.changes.outputs.${environment.filter} == 'true' }}`,
    "runs-on": [label],
    "timeout-minutes": workflowJobTimeoutMinutes,
    permissions: { contents: remarked("read", "checks out the change and its base") },
    outputs: { report: `\${{ steps.${dryRunStep}.outputs.report }}` },
    strategy: { matrix: { eks_version_label: [quoted(runner.eksVersionLabel)] } },
    steps: [
      commented("The merge commit and its parents: the first one is the base that it was merged into.", {
        name: "Check out the change",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs([actionFolder, ...manifests], { "fetch-depth": 2 }),
      }),
      {
        name: "Find the base commit",
        id: "base",
        env: { MERGE_GROUP_BASE: "${{ github.event.merge_group.base_sha }}" },
        run:
          // A link of that name would have the base checked out over the change, and nothing would differ.
          `if [ -e ${baseFolder} ] || [ -L ${baseFolder} ]; then\n` +
          `  echo '::error::The repository may have nothing that is called ${baseFolder}.'\n  exit 1\nfi\n` +
          "commit=\"${MERGE_GROUP_BASE:-$(git rev-parse --verify 'HEAD^1')}\"\n" +
          'echo "commit=$commit" >> "$GITHUB_OUTPUT"\n',
      },
      {
        name: "Check out the base",
        uses: uses(pinnedActions.checkout),
        with: checkoutInputs(manifests, { ref: "${{ steps.base.outputs.commit }}", path: baseFolder }),
      },
      {
        name: "Run k8s_dryrun action (${{matrix.eks_version_label}})",
        id: dryRunStep,
        uses: usesOwn(actionFolder),
        with: {
          environment: environment.name,
          overlay: environment.overlay,
          base: baseFolder,
          paths: `${filterPaths(environment).join("\n")}\n`,
          "cluster-name": runner.clusterName,
          region: runner.region,
          "eks-version-label": "${{ matrix.eks_version_label }}",
          ...dryRunInputs(settings),
        },
      },
    ],
  };
}

/**
 * A sparse checkout that leaves no token behind. actions/checkout fetches the files of a sparse checkout itself,
 * before it removes the token (actions/checkout:src/git-source-provider.ts), so nothing is left to fetch later.
 */
function checkoutInputs(folders: string[], others: object): object {
  return { ...others, "sparse-checkout": `${folders.join("\n")}\n`, "persist-credentials": false };
}
