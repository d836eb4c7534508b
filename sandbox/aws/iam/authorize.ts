import { AwsError } from "../error";
import type { AwsRequest } from "../request";
import { contextOf } from "./context";
import { isAllowed, mayAllow, type Role } from "./evaluate";
import { resourcesOf } from "./resources";
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
  const resources = resourcesOf(request, session);
  if (resources === undefined && mayAllow(role, action))
    throw new AwsError("NotImplemented", `The sandbox cannot judge whether a role may ${action}.`, 501);
  const context = contextOf(request, role);
  const refused = (resources ?? [undefined]).find(
    (resource) => resource === undefined || !isAllowed(role, { action, resource, context }),
  );
  if (resources === undefined || refused !== undefined) throw denied(request, session, refused);
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
