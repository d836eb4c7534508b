import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { AwsError } from "../error";
import type { Project } from "./projects";
import type { CreateWebhookInput, WebhookFilter } from "./shapes";

const invalid = (message: string) => new AwsError("InvalidInputException", message);

type Checked = Pick<Project, "source" | "environment" | "vpcConfig" | "serviceRole" | "logsConfig">;

/**
 * Refuses what no project can be, whoever makes it.
 * @throws AwsError InvalidInputException
 */
export function checkProject(project: Checked, accountId: string): void {
  if (!new RegExp(`^arn:aws:iam::${accountId}:role/.+$`).test(project.serviceRole))
    throw invalid("Invalid service role: Service role account ID does not match caller's account");
  checkSource(project.source);
  checkEnvironment(project);
  if (project.logsConfig?.s3Logs?.status === "ENABLED" && !project.logsConfig.s3Logs.location)
    throw invalid("Invalid logs config: s3Logs location must be specified when s3Logs is enabled");
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html */
function checkSource({ type, location, auth }: Project["source"]): void {
  if (type !== "GITHUB") return;
  const isOrganization = location === "CODEBUILD_DEFAULT_WEBHOOK_SOURCE_LOCATION";
  if (!isOrganization && !/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/.test(location ?? ""))
    throw invalid(`Invalid GitHub source location: ${location ?? ""}`);
  if (auth && auth.type !== "OAUTH" && auth.resource === undefined)
    throw invalid(`Invalid source auth: resource must be specified for auth type ${auth.type}`);
  if (auth?.type === "CODECONNECTIONS") {
    const connection = /^arn:aws:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/.+$/;
    if (!connection.test(auth.resource ?? ""))
      throw invalid(`Invalid connection ARN: ${auth.resource ?? ""}`);
  }
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html */
function checkEnvironment({ environment, vpcConfig }: Checked): void {
  const { type, computeType, image } = environment;
  const isLambda = type.endsWith("LAMBDA_CONTAINER");
  if (isLambda !== computeType.startsWith("BUILD_LAMBDA_"))
    throw invalid(`The computeType ${computeType} is not supported for environment type ${type}`);
  if (isLambda && vpcConfig?.vpcId !== undefined)
    throw invalid(`VPC config is not supported for environment type ${type}`);
  if (!image.startsWith("aws/codebuild/")) return;
  if (environment.imagePullCredentialsType === "SERVICE_ROLE")
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html
    throw invalid("CodeBuild curated images must be pulled with imagePullCredentialsType CODEBUILD");
  if (image.includes("aarch64") !== type.startsWith("ARM_"))
    throw invalid(`The image ${image} is not supported for environment type ${type}`);
}

/**
 * Refuses a network that is not one.
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_VpcConfig.html
 * @throws AwsError InvalidInputException
 */
export async function checkNetwork(vpcConfig: Project["vpcConfig"], ec2: EC2Client): Promise<void> {
  const { vpcId, subnets = [], securityGroupIds = [] } = vpcConfig ?? {};
  if (vpcId === undefined && subnets.length === 0 && securityGroupIds.length === 0) return;
  if (vpcId === undefined || subnets.length === 0 || securityGroupIds.length === 0)
    throw invalid("Invalid vpc config: vpcId, subnets and security group ids must all be specified");
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  for (const id of subnets)
    if (!Subnets.some(({ SubnetId, VpcId }) => SubnetId === id && VpcId === vpcId))
      throw invalid(`Invalid vpc config: subnet ${id} does not exist in ${vpcId}`);
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  for (const id of securityGroupIds)
    if (!SecurityGroups.some(({ GroupId, VpcId }) => GroupId === id && VpcId === vpcId))
      throw invalid(`Invalid vpc config: security group ${id} does not exist in ${vpcId}`);
}

const events = [
  "PUSH",
  "PULL_REQUEST_CREATED",
  "PULL_REQUEST_UPDATED",
  "PULL_REQUEST_REOPENED",
  "PULL_REQUEST_MERGED",
  "PULL_REQUEST_CLOSED",
  "RELEASED",
  "PRERELEASED",
  "WORKFLOW_JOB_QUEUED",
];

/** Which events a filter type goes with, where not with all. */
const eventsOfFilter: Partial<Record<WebhookFilter["type"], RegExp>> = {
  WORKFLOW_NAME: /^WORKFLOW_JOB_QUEUED$/,
  HEAD_REF: /^(PUSH|PULL_REQUEST_)/,
  BASE_REF: /^(PUSH|PULL_REQUEST_)/,
  FILE_PATH: /^(PUSH|PULL_REQUEST_)/,
  COMMIT_MESSAGE: /^(PUSH|PULL_REQUEST_)/,
  TAG_NAME: /RELEASED$/,
  RELEASE_NAME: /RELEASED$/,
};

/**
 * Refuses webhook settings that make no sense.
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
 * @throws AwsError InvalidInputException
 */
export function checkWebhook(input: Omit<CreateWebhookInput, "manualCreation">): void {
  if (input.branchFilter !== undefined && input.filterGroups !== undefined)
    throw invalid("branchFilter and filterGroups cannot both be specified");
  if (input.branchFilter !== undefined) checkPattern(input.branchFilter);
  const policy = input.pullRequestBuildPolicy;
  if (policy?.requiresCommentApproval === "DISABLED" && policy.approverRoles?.length)
    throw invalid("Approver roles cannot be specified when comment approval is DISABLED");
  for (const group of input.filterGroups ?? []) checkFilterGroup(group);
}

function checkFilterGroup(group: WebhookFilter[]): void {
  const eventFilters = group.filter(({ type }) => type === "EVENT");
  if (eventFilters.length !== 1) throw invalid("Each filter group must have exactly one EVENT filter");
  const named = (eventFilters[0]?.pattern ?? "").split(",").map((event) => event.trim());
  const unknown = named.find((event) => !events.includes(event));
  if (unknown !== undefined) throw invalid(`Invalid webhook event: ${unknown}`);
  for (const { type, pattern } of group) {
    if (type === "EVENT") continue;
    checkPattern(pattern);
    const misplaced = named.find((event) => eventsOfFilter[type]?.test(event) === false);
    if (misplaced !== undefined)
      throw invalid(`Filter type ${type} cannot be used with the event ${misplaced}`);
  }
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern);
  } catch {
    throw invalid(`Invalid webhook filter pattern: ${pattern}`);
  }
}
