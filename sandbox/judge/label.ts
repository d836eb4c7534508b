import { allowed, refused, type Judgement } from "./snapshot";

/** Which build a job asks for. */
export interface RunnerLabel {
  project: string;
  runId: number;
  runAttempt: number;
}

/**
 * The required label among a job's labels: `codebuild-<project>-<run id>-<run attempt>`. Overrides may stand in the same
 * label, behind a space, as AWS's example has them.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-github-action-runners-update-labels.html
 */
export function runnerLabel(labels: string[]): RunnerLabel | undefined {
  for (const word of words(labels)) {
    const [, project, runId, runAttempt] = /^codebuild-(.+)-(\d+)-(\d+)$/.exec(word) ?? [];
    if (project !== undefined) return { project, runId: Number(runId), runAttempt: Number(runAttempt) };
  }
  return undefined;
}

/** Overrides that take a build where the sandbox has nothing: a fleet, an organisation, a buildspec. */
const unplayable =
  /^(fleet|buildspec-override|organization-registration-name|enterprise-registration-name|registration-group-id):/;

/**
 * Whether a job asks for a build of this project. Every project with a webhook on the repository hears of every job, in
 * every region; only the name in the label tells them apart. Labels that CodeBuild does not know it ignores.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export function judgeLabel(labels: string[], project: string): Judgement {
  const label = runnerLabel(labels);
  const list = labels.join(", ");
  if (!label) return refused(`no label of the job (${list}) is codebuild-<project>-<run id>-<run attempt>`);
  if (label.project !== project)
    return refused(`the job (${list}) is for the project ${label.project}, not for ${project}`);
  const override = words(labels).find((word) => unplayable.test(word));
  if (override !== undefined) return refused(`the sandbox cannot play the override ${override}`);
  return allowed;
}

/** What the job would have otherwise than the project has it. */
export interface EnvironmentOverrides {
  /** Such as `BUILD_GENERAL1_MEDIUM`. */
  computeType?: string;
  /** As in the label, such as `linux-5.0`. */
  image?: string;
}

export function environmentOverrides(labels: string[]): EnvironmentOverrides {
  const value = (name: string) =>
    words(labels)
      .find((word) => word.startsWith(`${name}:`))
      ?.slice(name.length + 1);
  const size = value("instance-size");
  const image = value("image");
  return {
    ...(size === undefined ? {} : { computeType: `BUILD_GENERAL1_${size.toUpperCase()}` }),
    ...(image === undefined ? {} : { image }),
  };
}

function words(labels: string[]): string[] {
  return labels.flatMap((label) => label.split(/\s+/)).filter(Boolean);
}
