import { actionsOf, type RunnerStatement } from "./runnerActions";

/** The credential with which CodeBuild talks to GitHub. */
export type GithubCredential =
  /** A CodeConnections connection, by its ARN (either service prefix). */
  | { type: "connection"; arn: string }
  /** A Secrets Manager secret that holds a token, by its ARN. */
  | { type: "secret"; arn: string }
  /** The account's and region's default credential, imported by an administrator. */
  | { type: "default" };

/** What the runner's role may touch. ARNs throughout. */
export interface RunnerPolicyTargets {
  /** AWS region code of the project. */
  region: string;
  /** AWS account id of the project. */
  accountId: string;
  logGroupArn: string;
  subnetArns: string[];
  securityGroupArn: string;
  clusterArn: string;
  githubCredential: GithubCredential;
}

interface Statement {
  Sid: RunnerStatement;
  Effect: "Allow";
  Action: string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** An IAM policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/**
 * The least that CodeBuild and the dry run need. Whoever can push a branch holds this role.
 *
 * The network interface statements are AWS's own, narrowed to the runner's subnets and security group as far as EC2
 * has resource-level permissions:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
 */
export function runnerPolicy(targets: RunnerPolicyTargets): PolicyDocument {
  const networkInterfaces = `arn:aws:ec2:${targets.region}:${targets.accountId}:network-interface/*`;
  const inRunnerSubnets = { "ec2:Subnet": targets.subnetArns };
  return {
    Version: "2012-10-17",
    Statement: [
      allow("WriteBuildLog", [`${targets.logGroupArn}:*`]),
      // EC2 has no resource-level permissions for Describe actions.
      allow("LookAtNetwork", "*"),
      allow("CreateNetworkInterface", [...targets.subnetArns, targets.securityGroupArn, networkInterfaces]),
      allow("DeleteNetworkInterface", [networkInterfaces], { ArnEquals: inRunnerSubnets }),
      allow("HandNetworkInterfaceToCodeBuild", [networkInterfaces], {
        StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" },
        ArnEquals: inRunnerSubnets,
      }),
      allow("FindCluster", [targets.clusterArn]),
      ...githubCredentialStatements(targets.githubCredential),
    ],
  };
}

function allow(
  Sid: RunnerStatement,
  Resource: Statement["Resource"],
  Condition?: Statement["Condition"],
): Statement {
  const Action = actionsOf(Sid);
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

/**
 * CodeBuild uses the service role for the project's own credential, so the role must be let at it, and with the role
 * everybody who can push a branch. Nothing is granted for the account's default credential: its point is a token that
 * CodeBuild keeps for itself. (Where that default is a connection or a secret, CodeBuild would want rights on it too:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/multiple-access-tokens.html)
 */
function githubCredentialStatements(credential: GithubCredential): Statement[] {
  switch (credential.type) {
    case "connection": {
      // The action's prefix must match the ARN's: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
      const service = credential.arn.split(":")[2] ?? "";
      const { Action, ...statement } = allow("UseGitHubConnection", [credential.arn]);
      return [{ ...statement, Action: Action.map((name) => `${service}:${name}`) }];
    }
    case "secret":
      return [allow("ReadGitHubToken", [credential.arn])];
    case "default":
      return [];
  }
}

/**
 * Lets CodeBuild take the role for this one project and for nobody else's (the confused deputy):
 * https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
 */
export function runnerTrustPolicy(project: { accountId: string; arn: string }): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "codebuild.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": project.accountId },
          ArnEquals: { "aws:SourceArn": project.arn },
        },
      },
    ],
  };
}
