import type { Connection } from "../codeconnections/connections";
import { AwsError } from "../error";
import type { Role } from "../iam/evaluate";
import { judgeCredential, judgeTrust, missingNetworkAccess, type RoleUse } from "../../judge/role";
import type { Project } from "./projects";

/** What CodeBuild sees of the account when it judges a project. */
export interface AccountView {
  accountId: string;
  /** With IAM's lag. */
  visibleRole: (arn: string) => Role | undefined;
  connection: (arn: string) => Connection | undefined;
}

type Judged = Pick<Project, "arn" | "serviceRole" | "source" | "vpcConfig">;

/**
 * Refuses a project whose service role CodeBuild cannot take or which may not do what the project needs.
 *
 * AWS's order is not known. The connection comes first, because the provider of the real world tries its error not again
 * and those of the network it does: whoever passes this order passes the other.
 * @throws AwsError
 */
export function authorizeProject(project: Judged, account: AccountView): void {
  const use = roleUse(project, account.accountId);
  const role = serviceRole(use, account);
  if (project.source.auth?.type === "CODECONNECTIONS")
    // https://github.com/aws/aws-cdk/issues/38504
    authorizeCredential(use, role, account, (arn) => {
      throw new AwsError("OAuthProviderException", `User is not authorized to access connection ${arn}`);
    });
  if (project.source.auth?.type === "SECRETS_MANAGER") authorizeSecret(use, role, account);
  // The message is the one that is known for DescribeSecurityGroups: https://github.com/aws/aws-cdk/issues/2652
  const missing = missingNetworkAccess(use, role);
  if (missing)
    throw new AwsError(
      "InvalidInputException",
      `Not authorized to perform ${missing.action.slice("ec2:".length)}`,
    );
}

/**
 * Refuses a webhook whose project cannot reach the repository's settings.
 * @param hasDefaultCredential whether the account has a credential for GitHub in this region
 * @throws AwsError
 */
export function authorizeWebhook(project: Judged, account: AccountView, hasDefaultCredential: boolean): void {
  const use = roleUse(project, account.accountId);
  const role = serviceRole(use, account);
  if (project.source.auth?.type === "CODECONNECTIONS") {
    // https://github.com/aws/aws-cdk/issues/31726
    authorizeCredential(use, role, account, (arn) => {
      throw new AwsError("InvalidInputException", `Access denied to connection ${arn}`);
    });
  } else if (project.source.auth?.type === "SECRETS_MANAGER") {
    authorizeSecret(use, role, account);
  } else if (!hasDefaultCredential) {
    // https://github.com/hashicorp/terraform-provider-aws/pull/4473
    throw new AwsError("ResourceNotFoundException", "Could not find access token for server type github");
  }
}

/** What a project needs its role for, without a log: that is a build's own. */
export function roleUse({ arn, serviceRole, source, vpcConfig }: Judged, accountId: string): RoleUse {
  const { type, resource } = source.auth ?? {};
  const inVpc = vpcConfig?.vpcId !== undefined;
  return {
    accountId,
    region: arn.split(":")[3] ?? "",
    projectArn: arn,
    roleArn: serviceRole,
    ...(type === "CODECONNECTIONS" ? { connectionArn: resource ?? "" } : {}),
    ...(type === "SECRETS_MANAGER" ? { secretArn: resource ?? "" } : {}),
    subnetIds: inVpc ? (vpcConfig.subnets ?? []) : [],
    securityGroupIds: inVpc ? (vpcConfig.securityGroupIds ?? []) : [],
  };
}

function serviceRole(use: RoleUse, { visibleRole }: AccountView): Role {
  const role = visibleRole(use.roleArn);
  if (!role || !judgeTrust(use, role).ok)
    throw new AwsError(
      "InvalidInputException",
      "CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify that: " +
        "1) The provided service role exists, 2) The role name is case-sensitive and matches exactly, and " +
        "3) The role has the necessary trust policy configured",
    );
  return role;
}

function authorizeCredential(
  use: RoleUse,
  role: Role,
  { connection }: AccountView,
  refuse: (arn: string) => never,
): void {
  const arn = use.connectionArn ?? use.secretArn ?? "";
  if (!judgeCredential(use, role, connection(arn)?.ConnectionStatus).ok) refuse(arn);
}

function authorizeSecret(use: RoleUse, role: Role, account: AccountView): void {
  authorizeCredential(use, role, account, (arn) => {
    throw new AwsError("OAuthProviderException", `User is not authorized to access secret ${arn}`);
  });
}
