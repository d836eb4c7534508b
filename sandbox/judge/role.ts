import { isAllowed, trusts, type Access, type Role } from "../aws/iam/evaluate";
import { allowed, firstRefusal, refused, type Judgement } from "./snapshot";

/** What CodeBuild needs its role for. ARNs throughout. */
export interface RoleUse {
  accountId: string;
  /** AWS region code of the project. */
  region: string;
  projectArn: string;
  roleArn: string;
  /** @default none */
  connectionArn?: string;
  /** Secret with the GitHub token. @default none */
  secretArn?: string;
  /** Empty for a project outside of any VPC. */
  subnetIds: string[];
  securityGroupIds: string[];
  /** @default no log in CloudWatch */
  log?: LogDestination;
}

/** Where a build writes its log. */
export interface LogDestination {
  group: string;
  stream: string;
  /** CodeBuild makes a group that is not there. */
  groupExists: boolean;
}

/** What IAM shows CodeBuild now, and the state of the connection. */
export interface RoleView {
  /** Undefined if there is none, or none yet: IAM lags. */
  role: Role | undefined;
  /** Such as `AVAILABLE`; undefined if there is no such connection. */
  connectionStatus: string | undefined;
}

/** Whether a build may do with its role all that CodeBuild does with it. */
export function judgeRole(use: RoleUse, { role, connectionStatus }: RoleView): Judgement {
  if (!role) return judgeTrust(use, role);
  return firstRefusal([
    judgeTrust(use, role),
    judgeLog(use, role),
    judgeNetworkInterfaces(use, role),
    judgeCredential(use, role, connectionStatus),
  ]);
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
export function judgeTrust({ accountId, projectArn, roleArn }: RoleUse, role: Role | undefined): Judgement {
  if (!role) return refused(`the role ${roleArn} is not there, or not yet seen by CodeBuild`);
  const context = { "aws:SourceAccount": accountId, "aws:SourceArn": projectArn };
  return trusts(role, "codebuild.amazonaws.com", context)
    ? allowed
    : refused(`the role ${roleArn} does not let codebuild.amazonaws.com take it for ${projectArn}`);
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
export function judgeLog(use: RoleUse, role: Role): Judgement {
  const missing = missingLogAccess(use, role);
  return missing ? refused(`the role may not ${missing.action} on ${missing.resource}`) : allowed;
}

/** All that CodeBuild does with the role, from the project's making to the end of a build. */
export function accessesOf(use: RoleUse): Access[] {
  return [...logAccesses(use), ...networkAccesses(use), ...credentialAccesses(use)];
}

/** The first access to the log that the role lacks. */
export function missingLogAccess(use: RoleUse, role: Role): Access | undefined {
  return logAccesses(use).find((access) => !isAllowed(role, access));
}

function logAccesses({ accountId, region, log }: RoleUse): Access[] {
  if (!log) return [];
  const group = `arn:aws:logs:${region}:${accountId}:log-group:${log.group}`;
  const resource = `${group}:log-stream:${log.stream}`;
  return [
    ...(log.groupExists ? [] : [{ action: "logs:CreateLogGroup", resource: group }]),
    { action: "logs:CreateLogStream", resource },
    { action: "logs:PutLogEvents", resource },
  ];
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html */
export function judgeNetworkInterfaces(use: RoleUse, role: Role): Judgement {
  const missing = missingNetworkAccess(use, role);
  return missing ? refused(`the role may not ${missing.action} on ${missing.resource}`) : allowed;
}

/** The first access to the network that the role lacks for a build in the project's VPC. */
export function missingNetworkAccess(use: RoleUse, role: Role): Access | undefined {
  return networkAccesses(use).find((access) => !isAllowed(role, access));
}

function networkAccesses({ accountId, region, subnetIds, securityGroupIds }: RoleUse): Access[] {
  if (subnetIds.length === 0) return [];
  const ec2Arn = (resource: string) => `arn:aws:ec2:${region}:${accountId}:${resource}`;
  const anyInterface = ec2Arn("network-interface/*");
  const subnets = subnetIds.map((id) => ec2Arn(`subnet/${id}`));
  const groups = securityGroupIds.map((id) => ec2Arn(`security-group/${id}`));
  const looks = ["SecurityGroups", "Subnets", "Vpcs", "DhcpOptions", "NetworkInterfaces"];
  return [
    ...looks.map((what) => ({ action: `ec2:Describe${what}`, resource: "*" })),
    ...[...subnets, ...groups, anyInterface].map((resource) => ({
      action: "ec2:CreateNetworkInterface",
      resource,
    })),
    ...subnets.flatMap((subnet) => [
      {
        action: "ec2:CreateNetworkInterfacePermission",
        resource: anyInterface,
        context: { "ec2:Subnet": subnet, "ec2:AuthorizedService": "codebuild.amazonaws.com" },
      },
      {
        action: "ec2:DeleteNetworkInterface",
        resource: anyInterface,
        context: { "ec2:Subnet": subnet },
      },
    ]),
  ];
}

/**
 * A connection is good when it is there, approved, and open to the role under its ARN's own service prefix; a secret
 * when the role may read it.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/asm-create-secret.html
 */
export function judgeCredential(use: RoleUse, role: Role, connectionStatus: string | undefined): Judgement {
  const missing = credentialAccesses(use).find((access) => !isAllowed(role, access));
  if (missing) return refused(`the role may not ${missing.action} on ${missing.resource}`);
  const { connectionArn } = use;
  return connectionArn === undefined || connectionStatus === "AVAILABLE"
    ? allowed
    : refused(`the connection ${connectionArn} is ${connectionStatus ?? "not there"}, not AVAILABLE`);
}

function credentialAccesses({ connectionArn, secretArn }: RoleUse): Access[] {
  if (connectionArn !== undefined) {
    const prefix = connectionArn.split(":")[2] ?? "";
    return ["GetConnection", "GetConnectionToken"].map((name) => ({
      action: `${prefix}:${name}`,
      resource: connectionArn,
    }));
  }
  return secretArn === undefined ? [] : [{ action: "secretsmanager:GetSecretValue", resource: secretArn }];
}
