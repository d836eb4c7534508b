import { AwsError } from "../error";
import type { AwsRequest } from "../request";
import { isAllowed, mayAllow, type Role } from "./evaluate";
import type { RoleSession } from "./sessions";

/**
 * Refuses what the role of a session may not do. What a policy may allow on a resource that the sandbox does not know
 * how to name is refused as not implemented: a guess would make the verdict worthless.
 *
 * @param role as other services see it now
 * @throws AwsError
 */
export function authorize(session: RoleSession, role: Role, request: AwsRequest): void {
  const { service, operation } = request;
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  if (service === "sts" && operation === "GetCallerIdentity") return;
  const action = `${service}:${operation}`;
  const resource = resourceOf(request, session);
  if (resource === undefined && mayAllow(role, action))
    throw new AwsError("NotImplemented", `The sandbox cannot judge whether a role may ${action}.`, 501);
  if (resource === undefined || !isAllowed(role, { action, resource }))
    throw denied(request, session, resource);
}

/**
 * What an operation works on, for the operations that builds of this program call.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
function resourceOf(request: AwsRequest, session: RoleSession): string | undefined {
  const { service, operation, region, path } = request;
  const arn = (resource: string) =>
    `arn:aws:${service}:${region}:${session.roleArn.split(":")[4] ?? ""}:${resource}`;
  if (service === "ec2" && operation.startsWith("Describe")) return "*";
  if (service === "eks" && operation === "ListClusters") return "*";
  if (service === "eks" && operation === "DescribeCluster")
    return arn(`cluster/${decodeURIComponent(path.split("/")[2] ?? "")}`);
  if (service === "logs" && (operation === "PutLogEvents" || operation === "CreateLogStream")) {
    const { logGroupName, logStreamName } = JSON.parse(request.body) as Record<string, string>;
    return arn(`log-group:${logGroupName}:log-stream:${logStreamName}`);
  }
  return undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function denied(
  { service, operation, protocol }: AwsRequest,
  session: RoleSession,
  resource: string | undefined,
): AwsError {
  const action = `${service}:${operation}`;
  const on = resource === undefined || resource === "*" ? "" : ` on resource: ${resource}`;
  const message =
    `User: ${session.arn} is not authorized to perform: ${action}${on} ` +
    `because no identity-based policy allows the ${action} action`;
  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
  if (service === "ec2")
    return new AwsError(
      "UnauthorizedOperation",
      `You are not authorized to perform this operation. ${message}`,
      403,
    );
  return new AwsError(protocol === "query" ? "AccessDenied" : "AccessDeniedException", message, 403);
}
