import { run } from "../../../dryrun/command";
import { deleteVariable } from "../buildspec";
import type { Builds } from "./builds";

/**
 * CodeBuild and CloudWatch Logs by the `aws` command, which GitHub's machines have: it signs, asks again, and knows how to
 * get through proxies. https://github.com/actions/runner-images/blob/main/images/ubuntu/Ubuntu2404-Readme.md
 */
export function awsBuilds(region: string): Builds {
  const ask = async <T>(service: string, operation: string, request: object): Promise<T> => {
    const given = ["--region", region, "--output", "json", "--cli-input-json", JSON.stringify(request)];
    const { exitCode, stdout, stderr } = await run("aws", [service, operation, ...given], {
      environment: { AWS_PAGER: "" },
    });
    if (exitCode !== 0)
      throw new Error(stderr.trim() || `aws ${service} ${operation} ended with ${String(exitCode)}`);
    return JSON.parse(stdout) as T;
  };

  return {
    start: async ({ project, commit, deletes, token }) => {
      const { build } = await ask<{ build: { id: string; arn: string } }>("codebuild", "start-build", {
        projectName: project,
        sourceVersion: commit,
        idempotencyToken: token,
        ...(deletes && {
          environmentVariablesOverride: [{ name: deleteVariable, value: deletes, type: "PLAINTEXT" }],
        }),
      });
      return { id: build.id, url: pageOf(build, project) };
    },

    look: async (id) => {
      const { builds } = await ask<{ builds: AwsBuild[] }>("codebuild", "batch-get-builds", { ids: [id] });
      const [build] = builds;
      if (!build) throw new Error(`CodeBuild does not know the build ${id}.`);
      const { groupName, streamName } = build.logs ?? {};
      return {
        status: build.buildStatus,
        phase: build.currentPhase ?? "",
        ...(groupName && streamName && { log: { group: groupName, stream: streamName } }),
        problems: (build.phases ?? []).flatMap(({ phaseType, contexts = [] }) =>
          contexts.flatMap(({ message }) => (message ? [`${phaseType}: ${message}`] : [])),
        ),
      };
    },

    read: async ({ group, stream }, place) => {
      const { events, nextForwardToken } = await ask<AwsLog>("logs", "get-log-events", {
        logGroupName: group,
        logStreamName: stream,
        startFromHead: true,
        ...(place && { nextToken: place }),
      });
      const lines = events.flatMap(({ message }) => message.replace(/\r?\n$/, "").split(/\r?\n/));
      return { lines, place: nextForwardToken };
    },
  };
}

interface AwsBuild {
  buildStatus: string;
  currentPhase?: string;
  logs?: { groupName?: string | null; streamName?: string | null };
  phases?: { phaseType: string; contexts?: { message?: string }[] }[];
}

interface AwsLog {
  events: { message: string }[];
  nextForwardToken: string;
}

/** arn:aws:codebuild:REGION:ACCOUNT:build/ID */
function pageOf({ id, arn }: { id: string; arn: string }, project: string): string {
  const [, , , region = "", account = ""] = arn.split(":");
  return (
    `https://${region}.console.aws.amazon.com/codesuite/codebuild/${account}/projects/${project}/build/` +
    `${encodeURIComponent(id)}/?region=${region}`
  );
}
