import type { Connection } from "../codeconnections/connections";
import { AwsError } from "../error";
import { isAllowed, trusts, type Role } from "../iam/evaluate";
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
  const role = serviceRole(project, account);
  if (project.source.auth?.type === "CODECONNECTIONS")
    // https://github.com/aws/aws-cdk/issues/38504
    authorizeConnection(project, role, account, (arn) => {
      throw new AwsError("OAuthProviderException", `User is not authorized to access connection ${arn}`);
    });
  if (project.source.auth?.type === "SECRETS_MANAGER") authorizeSecret(project, role);
  if (project.vpcConfig?.vpcId !== undefined) authorizeNetwork(project, role, account);
}

/**
 * Refuses a webhook whose project cannot reach the repository's settings.
 * @param hasDefaultCredential whether the account has a credential for GitHub in this region
 * @throws AwsError
 */
export function authorizeWebhook(project: Judged, account: AccountView, hasDefaultCredential: boolean): void {
  const role = serviceRole(project, account);
  if (project.source.auth?.type === "CODECONNECTIONS") {
    // https://github.com/aws/aws-cdk/issues/31726
    authorizeConnection(project, role, account, (arn) => {
      throw new AwsError("InvalidInputException", `Access denied to connection ${arn}`);
    });
  } else if (project.source.auth?.type === "SECRETS_MANAGER") {
    authorizeSecret(project, role);
  } else if (!hasDefaultCredential) {
    // https://github.com/hashicorp/terraform-provider-aws/pull/4473
    throw new AwsError("ResourceNotFoundException", "Could not find access token for server type github");
  }
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
function serviceRole({ arn, serviceRole }: Judged, { accountId, visibleRole }: AccountView): Role {
  const role = visibleRole(serviceRole);
  const context = { "aws:SourceAccount": accountId, "aws:SourceArn": arn };
  if (!role || !trusts(role, "codebuild.amazonaws.com", context))
    throw new AwsError(
      "InvalidInputException",
      "CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify that: " +
        "1) The provided service role exists, 2) The role name is case-sensitive and matches exactly, and " +
        "3) The role has the necessary trust policy configured",
    );
  return role;
}

/**
 * A connection is good when it is there, approved, and open to the role under its ARN's own service prefix.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
 */
function authorizeConnection(
  { source }: Judged,
  role: Role,
  account: AccountView,
  refuse: (arn: string) => never,
): void {
  const arn = source.auth?.resource ?? "";
  const prefix = arn.split(":")[2] ?? "";
  const mayUse = ["GetConnection", "GetConnectionToken"].every((name) =>
    isAllowed(role, { action: `${prefix}:${name}`, resource: arn }),
  );
  if (!mayUse || account.connection(arn)?.ConnectionStatus !== "AVAILABLE") refuse(arn);
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/asm-create-secret.html */
function authorizeSecret({ source }: Judged, role: Role): void {
  const resource = source.auth?.resource ?? "";
  if (!isAllowed(role, { action: "secretsmanager:GetSecretValue", resource }))
    throw new AwsError("OAuthProviderException", `User is not authorized to access secret ${resource}`);
}

/**
 * All that a build in a VPC needs; the message is the one that is known for DescribeSecurityGroups.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
 * https://github.com/aws/aws-cdk/issues/2652
 */
function authorizeNetwork({ arn, vpcConfig }: Judged, role: Role, { accountId }: AccountView): void {
  const region = arn.split(":")[3] ?? "";
  const ec2Arn = (resource: string) => `arn:aws:ec2:${region}:${accountId}:${resource}`;
  const anyInterface = ec2Arn("network-interface/*");
  const subnets = (vpcConfig?.subnets ?? []).map((id) => ec2Arn(`subnet/${id}`));
  const groups = (vpcConfig?.securityGroupIds ?? []).map((id) => ec2Arn(`security-group/${id}`));
  const needed = [
    ...[
      "DescribeSecurityGroups",
      "DescribeSubnets",
      "DescribeVpcs",
      "DescribeDhcpOptions",
      "DescribeNetworkInterfaces",
    ].map((name) => ({ name, resource: "*", context: {} })),
    ...[...subnets, ...groups, anyInterface].map((resource) => ({
      name: "CreateNetworkInterface",
      resource,
      context: {},
    })),
    ...subnets.flatMap((subnet) => [
      {
        name: "CreateNetworkInterfacePermission",
        resource: anyInterface,
        context: { "ec2:Subnet": subnet, "ec2:AuthorizedService": "codebuild.amazonaws.com" },
      },
      { name: "DeleteNetworkInterface", resource: anyInterface, context: { "ec2:Subnet": subnet } },
    ]),
  ];
  const refused = needed.find(
    ({ name, resource, context }) => !isAllowed(role, { action: `ec2:${name}`, resource, context }),
  );
  if (refused) throw new AwsError("InvalidInputException", `Not authorized to perform ${refused.name}`);
}
