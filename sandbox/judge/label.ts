import type { Registration } from "../github/actions/runners";
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
  return allowed;
}

/** What a job would have otherwise than the project has it: the author of the workflow chooses. */
export interface Overrides {
  /** Such as `BUILD_GENERAL1_MEDIUM`. */
  computeType?: string;
  /** As in the label: `linux-5.0`, or `custom-linux-<image>` for any image of the world. */
  image?: string;
  /** Name of a reserved capacity fleet. */
  fleet?: string;
  /** Whether commands of the project's buildspec run before and after the job. */
  buildspec?: boolean;
  /** Where the runner registers instead of the repository. */
  organization?: string;
  enterprise?: string;
  /** Id of the runner group that it joins there. */
  groupId?: number;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-github-action-runners-update-labels.html */
export function overridesIn(labels: string[]): Overrides {
  const value = (name: string) =>
    words(labels)
      .find((word) => word.startsWith(`${name}:`))
      ?.slice(name.length + 1);
  const size = value("instance-size");
  const group = value("registration-group-id");
  const overrides: Overrides = {
    computeType: size && `BUILD_GENERAL1_${size.toUpperCase()}`,
    image: value("image"),
    fleet: value("fleet"),
    buildspec: value("buildspec-override") === "true" || undefined,
    organization: value("organization-registration-name"),
    enterprise: value("enterprise-registration-name"),
    groupId: group === undefined ? undefined : Number(group),
  };
  return Object.fromEntries(Object.entries(overrides).filter(([, set]) => set !== undefined));
}

/**
 * Whether the overrides of a job can be met. There are no fleets, and of a buildspec nothing is played: one in place, as
 * `phases:` that only has `build`, runs nothing beside a job.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner-questions.html
 */
export function judgeOverrides({ fleet, buildspec }: Overrides, projectBuildspec = ""): Judgement {
  if (fleet !== undefined) return refused(`the account has no fleet ${fleet}`);
  if (buildspec !== true) return allowed;
  const isInPlace = projectBuildspec.includes("\n");
  if (!isInPlace) return refused("the sandbox fetches no buildspec from a repository");
  const phase = /^ *(install|pre_build|post_build) *:/m.exec(projectBuildspec)?.[1];
  return phase === undefined ? allowed : refused(`the sandbox does not run the buildspec's phase ${phase}`);
}

/**
 * Where a build registers its runner: what the label says, else the project's variables, else the repository.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export function registrationOf(
  { organization, enterprise, groupId }: Overrides,
  variables: Record<string, string>,
  repository: string,
): Registration {
  const variable = (name: string) => variables[`CODEBUILD_CONFIG_GITHUB_ACTIONS_${name}`];
  const group = { groupId: groupId ?? Number(variable("RUNNER_GROUP_ID") ?? 1) };
  const ofEnterprise = enterprise ?? variable("ENTERPRISE_REGISTRATION_NAME");
  if (ofEnterprise !== undefined) return { level: "enterprise", name: ofEnterprise, ...group };
  const ofOrganization = organization ?? variable("ORG_REGISTRATION_NAME");
  if (ofOrganization !== undefined) return { level: "organization", name: ofOrganization, ...group };
  return { level: "repository", name: repository, ...group };
}

function words(labels: string[]): string[] {
  return labels.flatMap((label) => label.split(/\s+/)).filter(Boolean);
}
