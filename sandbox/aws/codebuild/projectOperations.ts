import type { EC2Client } from "@aws-sdk/client-ec2";
import { AwsError } from "../error";
import { authorizeProject, type AccountView } from "./authorization";
import type { BuildQueue } from "./buildQueue";
import type { Builds } from "./builds";
import { checkNetwork, checkProject } from "./checks";
import type { Project, Projects } from "./projects";
import type { RepositoryHooks } from "./repositoryHooks";
import type { CreateProjectInput, UpdateProjectInput } from "./shapes";

/** What CodeBuild stands on. */
export interface CodeBuildWorld extends AccountView {
  projects: Projects;
  ec2: (region: string) => EC2Client;
  hooks: RepositoryHooks;
  /** Where GitHub is to send the events of a project. */
  webhookUrl: (region: string, project: string) => string;
  builds: Builds;
  queue: BuildQueue;
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
export async function createProject(
  world: CodeBuildWorld,
  region: string,
  input: CreateProjectInput,
): Promise<Project> {
  const { projects, accountId } = world;
  const arn = `arn:aws:codebuild:${region}:${accountId}:project/${input.name}`;
  if (projects.find(region, input.name))
    throw new AwsError("ResourceAlreadyExistsException", `Project already exists: ${arn}`);
  const { badgeEnabled = false, ...given } = input;
  const time = Date.now() / 1000;
  const project: Project = {
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    encryptionKey: `arn:aws:kms:${region}:${accountId}:alias/aws/s3`,
    tags: [],
    ...given,
    source: withSourceDefaults(given.source),
    environment: withEnvironmentDefaults(given.environment),
    cache: given.cache ?? { type: "NO_CACHE" },
    logsConfig: withLogsDefaults(given.logsConfig),
    arn,
    created: time,
    lastModified: time,
    badge: { badgeEnabled },
    projectVisibility: "PRIVATE",
  };
  await check(world, region, project);
  return projects.put(region, project);
}

/** Changes what is given and leaves the rest. An empty VPC configuration takes the project out of its VPC. */
export async function updateProject(
  world: CodeBuildWorld,
  region: string,
  input: UpdateProjectInput,
): Promise<Project> {
  const { projects } = world;
  const current = projects.get(region, input.name);
  const { badgeEnabled, ...given } = input;
  const project: Project = {
    ...current,
    ...given,
    // The input may name the project by its ARN.
    name: current.name,
    source: withSourceDefaults(given.source ?? current.source),
    environment: withEnvironmentDefaults(given.environment ?? current.environment),
    logsConfig: withLogsDefaults(given.logsConfig ?? current.logsConfig),
    badge: badgeEnabled === undefined ? current.badge : { badgeEnabled },
    lastModified: Date.now() / 1000,
  };
  // -1 removes the limit: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html
  if (project.concurrentBuildLimit === -1) delete project.concurrentBuildLimit;
  await check(world, region, project);
  return projects.put(region, project);
}

async function check(world: CodeBuildWorld, region: string, project: Project): Promise<void> {
  checkProject(project, world.accountId);
  if (project.concurrentBuildLimit !== undefined && project.concurrentBuildLimit < 1)
    throw new AwsError("InvalidInputException", "concurrentBuildLimit must be at least 1");
  // CodeBuild looks at the network with the role, so a role that may not look is refused before a bad network is.
  authorizeProject(project, world);
  await checkNetwork(project.vpcConfig, world.ec2(region));
}

function withSourceDefaults(source: Project["source"]): Project["source"] {
  if (source.type !== "GITHUB") return source;
  return {
    gitSubmodulesConfig: { fetchSubmodules: false },
    reportBuildStatus: false,
    insecureSsl: false,
    ...source,
  };
}

function withEnvironmentDefaults(environment: Project["environment"]): Project["environment"] {
  return {
    environmentVariables: [],
    privilegedMode: false,
    imagePullCredentialsType: "CODEBUILD",
    ...environment,
  };
}

function withLogsDefaults(logs: CreateProjectInput["logsConfig"]): Project["logsConfig"] {
  return {
    cloudWatchLogs: logs?.cloudWatchLogs ?? { status: "ENABLED" },
    s3Logs: logs?.s3Logs ?? { status: "DISABLED", encryptionDisabled: false },
  };
}
