/** A parameter with which StartBuild has a build otherwise than its project says. */
export interface StartBuildOverride {
  /** Parameter of the operation. */
  parameter: string;
  /** Condition keys that show it in a policy, without their prefix `codebuild:`. */
  keys: string[];
}

/** A parameter that no condition key shows. */
export interface HarmlessParameter {
  parameter: string;
  /** Why whoever sets it gets no further. */
  harmlessBecause: string;
}

/**
 * What whoever starts the build that applies must leave as it is: the policy of its role demands that each key is absent.
 *
 * Parameters: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
 * Keys: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html and
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-context-keys.html
 */
export const deniedOverrides: StartBuildOverride[] = [
  { parameter: "artifactsOverride", keys: ["artifacts", "artifacts.location"] },
  { parameter: "autoRetryLimitOverride", keys: ["autoRetryLimit"] },
  { parameter: "buildspecOverride", keys: ["source.buildspec"] },
  {
    parameter: "buildStatusConfigOverride",
    keys: ["source.buildStatusConfig.context", "source.buildStatusConfig.targetUrl"],
  },
  { parameter: "cacheOverride", keys: ["cache", "cache.location", "cache.modes", "cache.type"] },
  { parameter: "certificateOverride", keys: ["environment.certificate"] },
  { parameter: "computeTypeOverride", keys: ["environment.computeType"] },
  { parameter: "encryptionKeyOverride", keys: ["encryptionKey"] },
  { parameter: "environmentTypeOverride", keys: ["environment.type"] },
  { parameter: "fleetOverride", keys: ["environment.fleet.fleetArn"] },
  { parameter: "imageOverride", keys: ["environment.image"] },
  { parameter: "imagePullCredentialsTypeOverride", keys: ["environment.imagePullCredentialsType"] },
  { parameter: "insecureSslOverride", keys: ["source.insecureSsl"] },
  {
    parameter: "logsConfigOverride",
    keys: ["logsConfig", "logsConfig.s3Logs", "logsConfig.s3Logs.location", "logsConfig.s3Logs.status"],
  },
  { parameter: "privilegedModeOverride", keys: ["environment.privilegedMode"] },
  {
    parameter: "registryCredentialOverride",
    keys: [
      "environment.registryCredential",
      "environment.registryCredential.credential",
      "environment.registryCredential.credentialProvider",
    ],
  },
  { parameter: "secondaryArtifactsOverride", keys: ["secondaryArtifacts"] },
  { parameter: "secondarySourcesOverride", keys: ["secondarySources", "secondarySources.location"] },
  { parameter: "serviceRoleOverride", keys: ["serviceRole"] },
  { parameter: "sourceAuthOverride", keys: ["source.auth.resource", "source.auth.type"] },
  { parameter: "sourceLocationOverride", keys: ["source.location"] },
];

/** What has no key of its own, or must be free, and does no harm. */
export const harmlessParameters: HarmlessParameter[] = [
  {
    parameter: "sourceVersion",
    harmlessBecause: "it is the commit to apply, and the build refuses one that is not on the default branch",
  },
  {
    parameter: "environmentVariablesOverride",
    harmlessBecause:
      "the policy lets by one name alone, K8S_APPLY_DELETE, and the program takes exact names in it",
  },
  {
    parameter: "sourceTypeOverride",
    harmlessBecause: "the project's address is no source of another type, so there is nothing to apply",
  },
  {
    parameter: "secondarySourcesVersionOverride",
    harmlessBecause: "the project has no secondary sources",
  },
  {
    parameter: "gitCloneDepthOverride",
    harmlessBecause:
      "in a history that is cut off, a commit is not shown to be on the default branch, and is refused",
  },
  { parameter: "gitSubmodulesConfigOverride", harmlessBecause: "nothing of the source is run" },
  {
    parameter: "debugSessionEnabled",
    harmlessBecause:
      "the buildspec has no breakpoint, and neither the role of the build nor the release's may open a session",
  },
  {
    parameter: "timeoutInMinutesOverride",
    harmlessBecause:
      "a build that is cut off is as one that was interrupted: the next one ends what it began",
  },
  {
    parameter: "queuedTimeoutInMinutesOverride",
    harmlessBecause: "a build that is dropped has applied nothing",
  },
  { parameter: "reportBuildStatusOverride", harmlessBecause: "it says on the commit how the build ended" },
  { parameter: "idempotencyToken", harmlessBecause: "it keeps one build from being started twice" },
  {
    parameter: "hostKernelOverride",
    harmlessBecause: "it is the kernel below an image that stays the project's",
  },
];
