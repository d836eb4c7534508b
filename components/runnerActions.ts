/** An action that the runner's role is allowed: who calls it, when, and where that is written. */
export interface RunnerAction {
  /** IAM action. Those on a connection have the service prefix of its ARN. */
  action: string;
  /** Who calls it and when. */
  calledBy: string;
  /** AWS's documentation. */
  source: string;
  /** Why nothing in this repository shows that it is needed. */
  notProvable?: string;
}

const serviceRole = "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html";
const networkInterfaces =
  "https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html";
const connections = "https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html";

const looks = "CodeBuild, when the project is made or changed and as a build starts";

/**
 * Every action of the runner's role, by the statement of its policy. The policy is made from this table, so that no action
 * stands in it without a reason.
 */
export const runnerActions = {
  WriteBuildLog: [
    { action: "logs:CreateLogStream", calledBy: "CodeBuild, as a build starts", source: serviceRole },
    { action: "logs:PutLogEvents", calledBy: "CodeBuild, while a build runs", source: serviceRole },
  ],
  LookAtNetwork: [
    "DescribeDhcpOptions",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
  ].map((name) => ({ action: `ec2:${name}`, calledBy: looks, source: networkInterfaces })),
  CreateNetworkInterface: [
    {
      action: "ec2:CreateNetworkInterface",
      calledBy: "CodeBuild, as a build starts, in one of the project's subnets",
      source: networkInterfaces,
    },
  ],
  DeleteNetworkInterface: [
    {
      action: "ec2:DeleteNetworkInterface",
      calledBy: "CodeBuild, some time after a build has ended",
      source: networkInterfaces,
    },
  ],
  HandNetworkInterfaceToCodeBuild: [
    {
      action: "ec2:CreateNetworkInterfacePermission",
      calledBy: "CodeBuild, as a build starts, to put the interface on a machine of its own",
      source: networkInterfaces,
    },
  ],
  FindCluster: [
    {
      action: "eks:DescribeCluster",
      calledBy: "the dry run, by `aws eks update-kubeconfig`",
      source: "https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html",
    },
  ],
  UseGitHubConnection: [
    { action: "GetConnection", calledBy: looks, source: connections },
    {
      action: "GetConnectionToken",
      calledBy: "CodeBuild, when the webhook is made or changed and to register a runner",
      source: connections,
    },
    {
      action: "UseConnection",
      calledBy: "CodeBuild, when the project is made or changed",
      source:
        "https://docs.aws.amazon.com/dtconsole/latest/userguide/security_iam_id-based-policy-examples-connections.html",
      notProvable:
        "AWS's page for CodeBuild names the other two, its page for connections this one. People whose projects were refused " +
        "without it report so (https://github.com/aws/aws-cdk/issues/38504).",
    },
  ],
  ReadGitHubToken: [
    {
      action: "secretsmanager:GetSecretValue",
      calledBy: "CodeBuild, when project and webhook are made or changed and to register a runner",
      source: "https://docs.aws.amazon.com/codebuild/latest/userguide/multiple-access-tokens.html",
    },
  ],
} satisfies Record<string, RunnerAction[]>;

/** Names of the statements. */
export type RunnerStatement = keyof typeof runnerActions;

/** The actions of a statement. */
export function actionsOf(statement: RunnerStatement): string[] {
  return runnerActions[statement].map(({ action }) => action);
}
