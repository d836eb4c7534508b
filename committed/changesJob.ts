import type { CommittedEnvironment } from "./environment";
import { filtersText } from "./filters";
import { ownFilter } from "./ownFilter";
import { pinnedActions, uses } from "./pins";
import { commented, remarked } from "./yamlText";

/**
 * Number of changed files from which on GitHub's list of them is cut off.
 * Source: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files
 */
export const listedFilesLimit = 3000;

/** The job that finds out which environments a change touches. */
export function changesJob(environments: CommittedEnvironment[]): object {
  return {
    name: "changes",
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 10,
    permissions: {
      contents: remarked("read", "checks out a merge group"),
      "pull-requests": remarked("read", "lists the files that a pull request changes"),
    },
    outputs: commented(
      `GitHub lists no more than ${String(listedFilesLimit)} changed files: from there on everything counts as changed.`,
      Object.fromEntries(
        [...environments.map(({ filter }) => filter), ownFilter].map((filter) => [filter, touched(filter)]),
      ),
    ),
    steps: [
      commented(
        "Tidiness, not a control: a pull request from a fork brings its own copy of this file.\n" +
          "What may use the runners is decided in the CodeBuild webhook and in the repository's settings.",
        {
          name: "Turn away pull requests from forks",
          if: "${{ github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository }}",
          run:
            "echo '::error::Pull requests from forks are not dry-run: the runners stand inside the private network. " +
            "A maintainer can push the branch to this repository.'\nexit 1\n",
        },
      ),
      commented(
        "A merge group has no list of files: they are compared with git, for which the commits and trees suffice.",
        {
          name: "Check out the merge group",
          if: "${{ github.event_name == 'merge_group' }}",
          uses: uses(pinnedActions.checkout),
          with: { "fetch-depth": 0, "sparse-checkout": ".github", "persist-credentials": false },
        },
      ),
      {
        name: "Find what is touched",
        id: "filter",
        uses: uses(pinnedActions.pathsFilter),
        with: { filters: filtersText(environments) },
      },
    ],
  };
}

function touched(filter: string): string {
  const limit = String(listedFilesLimit);
  return `\${{ steps.filter.outputs.${filter} == 'true' || github.event.pull_request.changed_files >= ${limit} }}`;
}
