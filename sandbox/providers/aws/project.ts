import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  DeleteProjectCommand,
  UpdateProjectCommand,
  type CreateProjectCommandInput,
  type LogsConfig,
  type Project,
} from "@aws-sdk/client-codebuild";
import { retrying, type RetryRule } from "../retry";
import { boolean, list, number, object, set, string } from "../schema";
import { defaultsKey } from "../check";
import { omit, type Values } from "../values";
import {
  doing,
  regionProperty,
  tagProperties,
  tagState,
  text,
  type Aws,
  type AwsResource,
  type Tags,
} from "./context";

const source = "hashicorp/terraform-provider-aws:internal/service/codebuild/project.go";

/** The role's policy has not taken effect yet. */
const notAuthorizedYet: RetryRule = {
  codes: ["InvalidInputException"],
  message: "ot authorized to perform",
  timeoutSeconds: 2 * 60,
  source,
};

const artifacts = object({ type: string({ required: true, oneOf: ["NO_ARTIFACTS"] }) }, { required: true });
const environment = object(
  {
    type: string({ required: true }),
    computeType: string({ required: true }),
    image: string({ required: true }),
    imagePullCredentialsType: string({ default: "CODEBUILD" }),
    privilegedMode: boolean({ default: false }),
    environmentVariables: list(
      object({
        name: string({ required: true }),
        value: string({ required: true }),
        type: string({ default: "PLAINTEXT", oneOf: ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"] }),
      }),
    ),
  },
  { required: true },
);
const projectSource = object(
  {
    type: string({ required: true }),
    location: string(),
    buildspec: string(),
    gitCloneDepth: number(),
    // CodeBuild may show it unasked.
    gitSubmodulesConfig: object({ fetchSubmodules: boolean({ required: true }) }, { computed: true }),
    reportBuildStatus: boolean(),
    insecureSsl: boolean(),
    auth: object({
      type: string({ required: true, oneOf: ["OAUTH", "CODECONNECTIONS", "SECRETS_MANAGER"] }),
      resource: string({ required: true }),
    }),
  },
  { required: true },
);
// CodeBuild shows both logs of every project: a block that the program leaves out is no change.
const logsConfig = object(
  {
    cloudwatchLogs: object(
      {
        groupName: string(),
        streamName: string(),
        status: string({ default: "ENABLED", oneOf: ["ENABLED", "DISABLED"] }),
      },
      { computed: true },
    ),
    s3Logs: object(
      {
        location: string(),
        status: string({ default: "DISABLED", oneOf: ["ENABLED", "DISABLED"] }),
        encryptionDisabled: boolean({ default: false }),
      },
      { computed: true },
    ),
  },
  { computed: true },
);
const vpcConfig = object({
  vpcId: string({ required: true }),
  subnets: set(string(), { required: true }),
  securityGroupIds: set(string(), { required: true }),
});

/** Rules: see `source`. */
export const project: AwsResource = {
  properties: {
    name: string({ replaces: true }),
    description: string({ computed: true }),
    serviceRole: string({ required: true }),
    artifacts,
    environment,
    source: projectSource,
    sourceVersion: string(),
    vpcConfig,
    logsConfig,
    cache: object(
      { type: string({ default: "NO_CACHE" }), location: string(), modes: list(string()) },
      { computed: true },
    ),
    buildTimeout: number({ default: 60, between: [5, 2160] }),
    queuedTimeout: number({ default: 480, between: [5, 480] }),
    concurrentBuildLimit: number(),
    autoRetryLimit: number({ computed: true }),
    encryptionKey: string({ computed: true }),
    badgeEnabled: boolean({ default: false }),
    projectVisibility: string({ default: "PRIVATE", oneOf: ["PRIVATE"] }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    badgeUrl: string({ output: true }),
    publicProjectAlias: string({ output: true }),
  },
  autoname: { property: "name", maxLength: 255 },
  async create(aws, inputs) {
    const name = text(inputs, "name");
    // Zeros are left out of a creation, as Terraform's `GetOk` does.
    const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => Boolean(value)));
    const { project } = await doing(`creating CodeBuild Project (${name})`, () =>
      retrying(notAuthorizedYet, () =>
        aws.codebuild.send(new CreateProjectCommand(settings(given) as CreateProjectCommandInput)),
      ),
    );
    return { id: project?.arn ?? "" };
  },
  async read(aws, id, prior) {
    const live = await findProject(aws, id);
    return live && projectState(aws, live, prior);
  },
  async update(aws, id, { inputs, prior, changes }) {
    const changed = Object.fromEntries(Object.entries(inputs).filter(([key]) => changes(key)));
    if (Object.keys(changed).length === 0) return;
    const request = {
      ...settings({ ...changed, tagsAll: inputs.tagsAll }),
      ...cleared(prior, inputs),
      name: text(inputs, "name"),
    };
    await doing(`updating CodeBuild Project (${id})`, () =>
      retrying(notAuthorizedYet, () => aws.codebuild.send(new UpdateProjectCommand(request))),
    );
  },
  async delete(aws, id) {
    await doing(`deleting CodeBuild Project (${id})`, () =>
      aws.codebuild.send(new DeleteProjectCommand({ name: id })),
    );
  },
};

/** The project of a name or ARN, or undefined where there is none. */
export async function findProject(aws: Aws, nameOrArn: string): Promise<Project | undefined> {
  const { projects } = await doing(`reading CodeBuild Project (${nameOrArn})`, () =>
    aws.codebuild.send(new BatchGetProjectsCommand({ names: [nameOrArn] })),
  );
  return projects?.[0];
}

/** A request in CodeBuild's names, which differ from the program's for the timeouts, the logs and the tags. */
function settings(inputs: Values): Partial<CreateProjectCommandInput> {
  const { buildTimeout, queuedTimeout, logsConfig, tagsAll } = inputs;
  const same = omit(
    inputs,
    "buildTimeout",
    "queuedTimeout",
    "logsConfig",
    "tags",
    "tagsAll",
    ...notInRequests,
  );
  const logs = logsConfig as Values | undefined;
  return {
    ...(same as Partial<CreateProjectCommandInput>),
    logsConfig: logs && {
      cloudWatchLogs: logs.cloudwatchLogs as LogsConfig["cloudWatchLogs"],
      s3Logs: logs.s3Logs as LogsConfig["s3Logs"],
    },
    timeoutInMinutes: buildTimeout as number | undefined,
    queuedTimeoutInMinutes: queuedTimeout as number | undefined,
    tags: Object.entries((tagsAll ?? {}) as Tags).map(([key, value]) => ({ key, value })),
  };
}

const notInRequests = ["region", "projectVisibility", defaultsKey];

/** What an update must say to take something away, because CodeBuild keeps what a request leaves out. */
function cleared(prior: Values, inputs: Values): Partial<CreateProjectCommandInput> {
  const lost = (key: string) => prior[key] !== undefined && inputs[key] === undefined;
  return {
    ...(lost("vpcConfig") ? { vpcConfig: {} } : {}),
    ...(lost("sourceVersion") ? { sourceVersion: "" } : {}),
    ...(lost("concurrentBuildLimit") ? { concurrentBuildLimit: -1 } : {}),
  };
}

function projectState(aws: Aws, live: Project, prior: Values): Values {
  const { cloudWatchLogs, s3Logs } = live.logsConfig ?? {};
  return {
    name: live.name,
    description: live.description,
    serviceRole: live.serviceRole,
    artifacts: live.artifacts,
    environment: live.environment,
    source: live.source,
    sourceVersion: live.sourceVersion,
    vpcConfig: live.vpcConfig?.vpcId ? live.vpcConfig : undefined,
    logsConfig: live.logsConfig && { cloudwatchLogs: cloudWatchLogs, s3Logs },
    cache: live.cache,
    buildTimeout: live.timeoutInMinutes,
    queuedTimeout: live.queuedTimeoutInMinutes,
    concurrentBuildLimit: live.concurrentBuildLimit,
    autoRetryLimit: live.autoRetryLimit,
    encryptionKey: live.encryptionKey,
    badgeEnabled: live.badge?.badgeEnabled ?? false,
    projectVisibility: live.projectVisibility ?? "PRIVATE",
    region: aws.region,
    ...tagState(
      aws,
      live.tags?.map(({ key, value }) => ({ Key: key, Value: value })),
      prior,
    ),
    arn: live.arn,
    badgeUrl: live.badge?.badgeRequestUrl,
    publicProjectAlias: live.publicProjectAlias,
  };
}
