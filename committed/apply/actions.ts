import { actionText, type ActionInput } from "../action";
import { bundle } from "../bundle";
import type { CommittedEnvironment } from "../environment";
import { actionProgram, applyActionFolder, releaseActionFolder } from "../paths";
import { reportInput } from "../reportInput";
import { appliedEnvironments, applyJob } from "./release";

const required = (description: string): ActionInput => ({ description, required: true });
const optional = (description: string): ActionInput => ({ description, required: false });

/** The actions of the jobs that apply a release, and of those around them. */
export function applyActionFiles(environments: CommittedEnvironment[]): { path: string; content: string }[] {
  const applied = appliedEnvironments(environments);
  const jobs = applied.flatMap(({ name, runner }) => [
    { name, job: runner.jobName },
    { name, job: applyJob({ name }) },
  ]);
  const apply = actionText({
    name: "k8s_apply",
    description: "Has a commit applied to an environment, by a build inside of its private network",
    inputs: {
      environment: required("Name of the environment"),
      project: required("Name of the CodeBuild project that applies"),
      region: required("AWS region of the project"),
      commit: required("Commit to apply, in full"),
      delete: optional("Objects to delete, by their names; by default none"),
    },
    outputs: { report: { description: "The report, packed" } },
  });
  const release = actionText({
    name: "k8s_release",
    description: "Compares a release with what was reviewed, and tells in its text what was applied",
    inputs: {
      task: required("prepare, compare or publish"),
      token: required("Token of the job"),
      commit: optional("Commit of the release, in full"),
      delete: optional("Objects that are to be deleted, by their names"),
      tag: optional("Tag of the release; empty where it is done by hand"),
      branch: optional("Default branch"),
      "base-tag": optional("Tag of the release before"),
      "pull-requests": optional("What the task prepare found, as JSON"),
      environments: optional("The environments, as JSON"),
      release: optional("Number of the release in GitHub's API"),
      ...Object.fromEntries(jobs.map(({ job }) => [`result-${job}`, optional(`Result of the job ${job}`)])),
      ...Object.fromEntries(
        jobs.map(({ name, job }) => [reportInput(job), optional(`Report of ${name}, packed`)]),
      ),
    },
    outputs: {
      base: { description: "Commit of the release before" },
      "base-tag": { description: "Its tag" },
      "pull-requests": { description: "The pull requests since, as JSON" },
    },
  });
  return [
    { path: `${releaseActionFolder}/action.yml`, content: release },
    { path: `${releaseActionFolder}/${actionProgram}`, content: bundle("committed/apply/release/main.ts") },
    { path: `${applyActionFolder}/action.yml`, content: apply },
    { path: `${applyActionFolder}/${actionProgram}`, content: bundle("committed/apply/build/main.ts") },
  ];
}
