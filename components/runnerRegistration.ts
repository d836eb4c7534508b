/** Id of the group that runners register in. */
export const runnerGroupVariable = "CODEBUILD_CONFIG_GITHUB_ACTIONS_RUNNER_GROUP_ID";

/**
 * Variables of a project whose runners register with an organisation, and not with the repository:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export function registrationVariables({ organization, id }: { organization: string; id: number }) {
  return [
    { name: "CODEBUILD_CONFIG_GITHUB_ACTIONS_ORG_REGISTRATION_NAME", value: organization },
    { name: runnerGroupVariable, value: String(id) },
  ];
}
