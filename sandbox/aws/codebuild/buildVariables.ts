import type { BuildRecord } from "./builds";

/**
 * Variables of a build's machine: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 *
 * @param toolCache folder of the runner's tool cache
 */
export function buildVariables({ build, job }: BuildRecord, toolCache?: string): Record<string, string> {
  const own = (build.environment.environmentVariables ?? [])
    .filter(({ type = "PLAINTEXT" }) => type === "PLAINTEXT")
    .map(({ name, value }) => [name, value]);
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_IMAGE: build.environment.image,
    CODEBUILD_BUILD_NUMBER: String(build.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_KMS_KEY_ID: build.encryptionKey,
    ...(build.logs.streamName === undefined ? {} : { CODEBUILD_LOG_PATH: build.logs.streamName }),
    CODEBUILD_SOURCE_REPO_URL: build.source.location ?? "",
    CODEBUILD_START_TIME: String(Math.round(build.startTime * 1000)),
    ...(job && {
      CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID: job.actorAccountId,
      CODEBUILD_WEBHOOK_EVENT: "WORKFLOW_JOB_QUEUED",
    }),
    ...(toolCache === undefined ? {} : { RUNNER_TOOL_CACHE: toolCache }),
  };
}
