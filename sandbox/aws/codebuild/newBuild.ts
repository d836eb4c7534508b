import { randomUUID } from "node:crypto";
import { overridesIn } from "../../judge/label";
import { beginPhase, endPhase, type BuildRecord, type Cause } from "./builds";
import type { Project } from "./projects";

/** A build that has just been submitted and waits for its turn. @param time seconds since 1970 */
export function newBuild(
  project: Project,
  cause: Cause,
  { buildNumber, time }: { buildNumber: number; time: number },
): BuildRecord {
  const uuid = randomUUID();
  const id = `${project.name}:${uuid}`;
  const { computeType, image } = overridesIn("job" in cause ? cause.job.labels : []);
  const build = {
    id,
    arn: project.arn.replace(/:project\/.*$/, `:build/${id}`),
    buildNumber,
    projectName: project.name,
    startTime: time,
    currentPhase: "SUBMITTED",
    buildStatus: "IN_PROGRESS" as const,
    buildComplete: false,
    phases: [],
    initiator: "job" in cause ? "GitHub-Hookshot/sandbox" : cause.started.initiator,
    ...(project.sourceVersion === undefined ? {} : { sourceVersion: project.sourceVersion }),
    source: project.source,
    environment: {
      ...project.environment,
      ...(computeType === undefined
        ? {}
        : { computeType: computeType as Project["environment"]["computeType"] }),
      ...(image === undefined ? {} : { image }),
    },
    serviceRole: project.serviceRole,
    timeoutInMinutes: project.timeoutInMinutes,
    queuedTimeoutInMinutes: project.queuedTimeoutInMinutes,
    encryptionKey: project.encryptionKey,
    cache: project.cache,
    ...(project.vpcConfig === undefined ? {} : { vpcConfig: project.vpcConfig }),
    logs: logsOf(project, uuid),
  };
  beginPhase(build, "SUBMITTED", time);
  endPhase(build, "SUCCEEDED", time);
  beginPhase(build, "QUEUED", time);
  return { build, projectArn: project.arn, ...cause };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CloudWatchLogsConfig.html */
function logsOf({ arn, name, logsConfig }: Project, uuid: string): BuildRecord["build"]["logs"] {
  const { cloudWatchLogs } = logsConfig;
  if (cloudWatchLogs?.status !== "ENABLED") return {};
  const groupName = cloudWatchLogs.groupName ?? `/aws/codebuild/${name}`;
  const streamName = cloudWatchLogs.streamName === undefined ? uuid : `${cloudWatchLogs.streamName}/${uuid}`;
  const [, , , region, accountId] = arn.split(":");
  return {
    groupName,
    streamName,
    cloudWatchLogsArn: `arn:aws:logs:${region ?? ""}:${accountId ?? ""}:log-group:${groupName}:log-stream:${streamName}`,
    cloudWatchLogs,
  };
}
