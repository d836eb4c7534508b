import type { Refusal } from "./refusal";

/** Input of the log group operations. */
export interface LogGroupInput {
  logGroupName?: string;
  retentionInDays?: number;
}

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** CloudWatch Logs. */
export const logGroupRefusals: Refusal<LogGroupInput>[] = [
  {
    operations: ["CreateLogGroup"],
    condition: ({ logGroupName = "" }) =>
      /^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName) ? undefined : logGroupName,
    code: "InvalidParameterException",
    message: (name) =>
      `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: ` +
      "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
  },
  {
    operations: ["PutRetentionPolicy"],
    condition: ({ retentionInDays = 0 }) =>
      retentions.includes(retentionInDays) ? undefined : String(retentionInDays),
    code: "InvalidParameterException",
    message: (days) =>
      `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${retentions.join(", ")}]`,
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
  },
];
