import { z } from "zod";

// Shapes of botocore's model codebuild 2016-10-06, as far as the sandbox keeps them. What is not named here is refused
// by `strictObject`: a member that was dropped in silence would look deployed and not be there.

const text = z.string().min(1);

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
export const projectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/, "Member must match [A-Za-z0-9][A-Za-z0-9\\-_]{1,149}");

/** An undocumented limit: https://github.com/aws/aws-cdk/pull/14974 */
const inlineBuildspec = z.string().max(25_600);

const source = z.strictObject({
  type: z.enum([
    "CODECOMMIT",
    "CODEPIPELINE",
    "GITHUB",
    "GITLAB",
    "GITLAB_SELF_MANAGED",
    "S3",
    "BITBUCKET",
    "GITHUB_ENTERPRISE",
    "NO_SOURCE",
  ]),
  location: z.string().optional(),
  gitCloneDepth: z.int().min(0).optional(),
  gitSubmodulesConfig: z.strictObject({ fetchSubmodules: z.boolean() }).optional(),
  buildspec: inlineBuildspec.optional(),
  auth: z
    .strictObject({
      type: z.enum(["OAUTH", "CODECONNECTIONS", "SECRETS_MANAGER"]),
      resource: z.string().optional(),
    })
    .optional(),
  reportBuildStatus: z.boolean().optional(),
  buildStatusConfig: z
    .strictObject({ context: z.string().optional(), targetUrl: z.string().optional() })
    .optional(),
  insecureSsl: z.boolean().optional(),
});

const environment = z.strictObject({
  type: z.enum([
    "WINDOWS_CONTAINER",
    "LINUX_CONTAINER",
    "LINUX_GPU_CONTAINER",
    "ARM_CONTAINER",
    "WINDOWS_SERVER_2019_CONTAINER",
    "WINDOWS_SERVER_2022_CONTAINER",
    "LINUX_LAMBDA_CONTAINER",
    "ARM_LAMBDA_CONTAINER",
    "LINUX_EC2",
    "ARM_EC2",
    "WINDOWS_EC2",
    "MAC_ARM",
  ]),
  image: text,
  computeType: z.enum([
    "BUILD_GENERAL1_SMALL",
    "BUILD_GENERAL1_MEDIUM",
    "BUILD_GENERAL1_LARGE",
    "BUILD_GENERAL1_XLARGE",
    "BUILD_GENERAL1_2XLARGE",
    "BUILD_LAMBDA_1GB",
    "BUILD_LAMBDA_2GB",
    "BUILD_LAMBDA_4GB",
    "BUILD_LAMBDA_8GB",
    "BUILD_LAMBDA_10GB",
    "ATTRIBUTE_BASED_COMPUTE",
    "CUSTOM_INSTANCE_TYPE",
  ]),
  environmentVariables: z
    .array(
      z.strictObject({
        name: text,
        value: z.string(),
        type: z.enum(["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]).optional(),
      }),
    )
    .optional(),
  privilegedMode: z.boolean().optional(),
  certificate: z.string().optional(),
  imagePullCredentialsType: z.enum(["CODEBUILD", "SERVICE_ROLE"]).optional(),
});

const logStatus = z.enum(["ENABLED", "DISABLED"]);

/** What CreateProject and UpdateProject have in common: here all of it optional. */
const members = {
  description: z.string().max(255).optional(),
  source,
  sourceVersion: z.string().optional(),
  artifacts: z.strictObject({ type: z.enum(["NO_ARTIFACTS"]) }),
  cache: z.strictObject({ type: z.enum(["NO_CACHE"]) }).optional(),
  environment,
  serviceRole: text,
  timeoutInMinutes: z.int().min(5).max(2160).optional(),
  queuedTimeoutInMinutes: z.int().min(5).max(480).optional(),
  encryptionKey: text.optional(),
  tags: z
    .array(
      z.strictObject({
        key: z
          .string()
          .min(1)
          .max(127)
          .regex(/^[\p{L}\p{Z}\p{N}_.:/=@+-]*$/u)
          .refine((key) => !key.startsWith("aws:"), "Member must not begin with aws:"),
        value: z
          .string()
          .max(255)
          .regex(/^[\p{L}\p{Z}\p{N}_.:/=@+-]*$/u),
      }),
    )
    .max(50)
    .optional(),
  vpcConfig: z
    .strictObject({
      vpcId: text.optional(),
      subnets: z.array(text).max(16).optional(),
      securityGroupIds: z.array(text).max(5).optional(),
    })
    .optional(),
  badgeEnabled: z.boolean().optional(),
  logsConfig: z
    .strictObject({
      cloudWatchLogs: z
        .strictObject({
          status: logStatus,
          groupName: z.string().optional(),
          streamName: z.string().optional(),
        })
        .optional(),
      s3Logs: z
        .strictObject({
          status: logStatus,
          location: z.string().optional(),
          encryptionDisabled: z.boolean().optional(),
        })
        .optional(),
    })
    .optional(),
  concurrentBuildLimit: z.int().optional(),
  autoRetryLimit: z.int().min(0).max(10).optional(),
};

export const createProjectInput = z.strictObject({ name: projectName, ...members });
export const updateProjectInput = z.strictObject({ name: text, ...z.object(members).partial().shape });
export type CreateProjectInput = z.infer<typeof createProjectInput>;
export type UpdateProjectInput = z.infer<typeof updateProjectInput>;

/** Of the overrides those that a build here can have. */
export const startBuildInput = z.strictObject({
  projectName: text,
  sourceVersion: z.string().optional(),
  idempotencyToken: z.string().optional(),
  buildspecOverride: inlineBuildspec.optional(),
  environmentVariablesOverride: environment.shape.environmentVariables,
  imageOverride: text.optional(),
  computeTypeOverride: environment.shape.computeType.optional(),
  environmentTypeOverride: environment.shape.type.optional(),
  privilegedModeOverride: z.boolean().optional(),
  serviceRoleOverride: text.optional(),
  sourceLocationOverride: z.string().optional(),
  sourceAuthOverride: source.shape.auth,
  gitCloneDepthOverride: z.int().min(0).optional(),
  timeoutInMinutesOverride: members.timeoutInMinutes,
  queuedTimeoutInMinutesOverride: members.queuedTimeoutInMinutes,
  logsConfigOverride: members.logsConfig,
});
export type StartBuildInput = z.infer<typeof startBuildInput>;

const filter = z.strictObject({
  type: z.enum([
    "EVENT",
    "BASE_REF",
    "HEAD_REF",
    "ACTOR_ACCOUNT_ID",
    "FILE_PATH",
    "COMMIT_MESSAGE",
    "WORKFLOW_NAME",
    "TAG_NAME",
    "RELEASE_NAME",
    "REPOSITORY_NAME",
    "ORGANIZATION_NAME",
  ]),
  pattern: z.string(),
  excludeMatchedPattern: z.boolean().optional(),
});
export type WebhookFilter = z.infer<typeof filter>;

const webhookMembers = {
  projectName,
  branchFilter: z.string().optional(),
  filterGroups: z.array(z.array(filter).min(1)).optional(),
  buildType: z.enum(["BUILD", "BUILD_BATCH", "RUNNER_BUILDKITE_BUILD"]).optional(),
  pullRequestBuildPolicy: z
    .strictObject({
      requiresCommentApproval: z.enum(["DISABLED", "ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"]),
      approverRoles: z.array(z.string()).optional(),
    })
    .optional(),
};

export const createWebhookInput = z.strictObject({
  ...webhookMembers,
  manualCreation: z.boolean().optional(),
});
export const updateWebhookInput = z.strictObject({ ...webhookMembers, rotateSecret: z.boolean().optional() });
export type CreateWebhookInput = z.infer<typeof createWebhookInput>;
export type UpdateWebhookInput = z.infer<typeof updateWebhookInput>;

export const importSourceCredentialsInput = z.strictObject({
  username: text.optional(),
  token: text,
  serverType: z.enum(["GITHUB"]),
  authType: z.enum(["PERSONAL_ACCESS_TOKEN", "CODECONNECTIONS", "SECRETS_MANAGER"]),
  shouldOverwrite: z.boolean().optional(),
});
