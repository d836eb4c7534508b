import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Build } from "./builds";

/** Whether a log group is there. */
export async function logGroupExists(logs: CloudWatchLogsClient, logGroupName: string): Promise<boolean> {
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  return (logGroups ?? []).some((group) => group.logGroupName === logGroupName);
}

/** The log of a build in CloudWatch Logs; nothing for a project that keeps none. */
export class BuildLog {
  private constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly stream?: { logGroupName: string; logStreamName: string },
  ) {}

  /** Makes the stream, and the group where it is not there. */
  static async open(logs: CloudWatchLogsClient, { groupName, streamName }: Build["logs"]): Promise<BuildLog> {
    if (groupName === undefined || streamName === undefined) return new BuildLog(logs);
    if (!(await logGroupExists(logs, groupName)))
      await logs.send(new CreateLogGroupCommand({ logGroupName: groupName }));
    const stream = { logGroupName: groupName, logStreamName: streamName };
    await logs.send(new CreateLogStreamCommand(stream));
    return new BuildLog(logs, stream);
  }

  async write(message: string): Promise<void> {
    if (!this.stream) return;
    const time = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
    await this.logs.send(
      new PutLogEventsCommand({
        ...this.stream,
        logEvents: [{ timestamp: Date.now(), message: `[Container] ${time} ${message}` }],
      }),
    );
  }
}
