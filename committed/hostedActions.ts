import { actionText, type ActionInput } from "./action";
import { bundle } from "./bundle";
import type { CommittedEnvironment } from "./environment";
import { actionProgram, commentActionFolder, watchActionFolder } from "./paths";
import { reportInput } from "./reportInput";

const required = (description: string): ActionInput => ({ description, required: true });
const optional = (description: string): ActionInput => ({ description, required: false });

const pullRequestInputs = {
  "pull-request": optional("Number of the pull request; empty for a merge group"),
  head: optional("Newest commit of the pull request"),
};

/**
 * The actions of the jobs on GitHub's own runners: `watch` and `comment`.
 * @param hasReleases whether releases are applied, and compared with what the comments show.
 */
export function hostedActionFiles(
  environments: CommittedEnvironment[],
  hasReleases: boolean,
): { path: string; content: string }[] {
  const dryRuns = environments.flatMap(({ name, runner }) => (runner ? [{ name, job: runner.jobName }] : []));
  const watch = actionText({
    name: "k8s_dryrun_watch",
    description: "Waits until a runner has come for each region, or ends the run where none came",
    inputs: {
      token: required("Token of the job, which may cancel the run and comment"),
      environments: optional("The environments that have a runner, as JSON"),
      changes: optional("Outputs of the job changes, as JSON; empty for a release"),
      ...(hasReleases && {
        environment: optional("The one environment that a release is for; empty for all"),
      }),
      "not-started": optional("Ends the run: environments for which no runner came, as JSON"),
      "runner-start-minutes": required("Minutes for which a runner is waited for"),
      ...pullRequestInputs,
    },
    outputs: { "not-started": { description: "Environments for which no runner came, as JSON" } },
  });
  const comment = actionText({
    name: "k8s_dryrun_comment",
    description: "Shows the reports of all regions in one comment of the pull request",
    inputs: {
      token: required("Token of the job, which may comment"),
      environments: required("The environments, as JSON"),
      needs: required("Results of the jobs before this one, as JSON"),
      "workflow-changed": optional("true if the pull request changes the workflow or one of its actions"),
      "runner-start-minutes": required("Minutes for which a runner was waited for"),
      ...pullRequestInputs,
      branch: optional("Branch of the pull request"),
      ...(hasReleases && {
        "keep-for-release": optional("true if the comment keeps what a release is compared with, unseen"),
      }),
      ...Object.fromEntries(
        dryRuns.map(({ name, job }) => [reportInput(job), optional(`Report of ${name}, packed`)]),
      ),
    },
    outputs: {},
  });
  const watchFiles = [
    { path: `${watchActionFolder}/action.yml`, content: watch },
    { path: `${watchActionFolder}/${actionProgram}`, content: bundle("committed/watch/main.ts") },
  ];
  return [
    ...(dryRuns.length > 0 ? watchFiles : []),
    { path: `${commentActionFolder}/action.yml`, content: comment },
    { path: `${commentActionFolder}/${actionProgram}`, content: bundle("committed/comment/main.ts") },
  ];
}
