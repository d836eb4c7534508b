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

const soonMilliseconds = 200;

/** Well below what one call takes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const eventsAtOnce = 100;

/** The log of a build in CloudWatch Logs; nothing for a project that keeps none. */
export class BuildLog {
  private said: { timestamp: number; message: string }[] = [];
  private last: Promise<unknown> = Promise.resolve();

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

  /** A remark of CodeBuild's own. */
  async write(message: string): Promise<void> {
    const time = new Date().toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
    this.say(`[Container] ${time} ${message}`);
    await this.flush();
  }

  /** A line of a command; it is written soon. An empty one is none that CloudWatch Logs would take. */
  say(line: string): void {
    const isFirst = this.said.length === 0;
    this.said.push({ timestamp: Date.now(), message: line === "" ? " " : line });
    if (isFirst) setTimeout(() => void this.flush(), soonMilliseconds).unref();
  }

  /** Writes what has been said, in order. */
  flush(): Promise<unknown> {
    this.last = this.last.then(async () => {
      while (this.said.length > 0) {
        const logEvents = this.said.splice(0, eventsAtOnce);
        if (this.stream) await this.logs.send(new PutLogEventsCommand({ ...this.stream, logEvents }));
      }
    });
    return this.last;
  }
}
