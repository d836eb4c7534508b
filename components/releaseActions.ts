/** An action that the release's role is allowed. */
export interface ReleaseAction {
  /** IAM action. */
  action: string;
  /** What the job that has a release applied calls it for. */
  calledFor: string;
  /** AWS's documentation. */
  source: string;
}

const api = "https://docs.aws.amazon.com/codebuild/latest/APIReference";

/** Every action of the release's role, by the statement of its policy, which is made from this table. */
export const releaseActions = {
  StartTheOneBuild: [
    {
      action: "codebuild:StartBuild",
      calledFor: "the build that applies the commit",
      source: `${api}/API_StartBuild.html`,
    },
  ],
  FollowTheBuild: [
    {
      action: "codebuild:BatchGetBuilds",
      calledFor: "whether the build has ended, and how",
      source: `${api}/API_BatchGetBuilds.html`,
    },
  ],
  ReadItsLog: [
    {
      action: "logs:GetLogEvents",
      calledFor: "what the build says, and its report",
      source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html",
    },
  ],
} satisfies Record<string, ReleaseAction[]>;

/** Names of the statements. */
export type ReleaseStatement = keyof typeof releaseActions;
