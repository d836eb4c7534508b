import { matchesWildcard, meetsConditions, type Context } from "./conditions";
import { asList, statements, type PolicyDocument, type Statement } from "./document";

/** What somebody wants to do. */
export interface Access {
  /** Such as `ec2:DescribeSubnets`. */
  action: string;
  /** ARN, or `*` for actions without resource-level permissions. */
  resource: string;
  context?: Context;
}

/** A role as IAM shows it to other services. */
export interface Role {
  arn: string;
  name: string;
  /** IAM's own id, never used twice, such as `AROA...`. */
  id: string;
  trust: PolicyDocument;
  /** Inline and attached managed policies. */
  policies: PolicyDocument[];
  /** ARNs of the attached managed policies, AWS's own too. @default none */
  managedPolicyArns?: string[];
  /** Permissions boundary. @default none */
  boundary?: PolicyDocument;
}

/**
 * Whether a role may: nothing denies it, a policy allows it, and the boundary, where there is one, allows it too.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * @throws UnjudgeablePolicy
 */
export function isAllowed(role: Role, access: Access): boolean {
  const boundaries = role.boundary ? [role.boundary] : [];
  const inPolicies = role.policies.flatMap(statements);
  const inBoundary = boundaries.flatMap(statements);
  if ([...inPolicies, ...inBoundary].some((statement) => applies(statement, "Deny", access))) return false;
  return (
    inPolicies.some((statement) => applies(statement, "Allow", access)) &&
    (!role.boundary || inBoundary.some((statement) => applies(statement, "Allow", access)))
  );
}

/**
 * Whether some policy of a role allows an action on anything at all.
 * @throws UnjudgeablePolicy
 */
export function mayAllow(role: Role, action: string): boolean {
  return role.policies
    .flatMap(statements)
    .some((statement) => statement.Effect === "Allow" && matchesAction(statement, action));
}

/** The condition keys that a role's policies have in statements about an action. */
export function conditionKeysFor(role: Role, action: string): string[] {
  return [...role.policies, ...(role.boundary ? [role.boundary] : [])]
    .flatMap(statements)
    .filter((statement) => matchesAction(statement, action))
    .flatMap(({ Condition }) => Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys)));
}

function applies(statement: Statement, effect: Statement["Effect"], access: Access): boolean {
  return (
    statement.Effect === effect &&
    matchesAction(statement, access.action) &&
    asList(statement.Resource).some((pattern) => matchesWildcard(access.resource, pattern)) &&
    meetsConditions(statement.Condition, access.context ?? {})
  );
}

/** Actions have no case. */
function matchesAction(statement: Statement, action: string): boolean {
  return asList(statement.Action).some((pattern) =>
    matchesWildcard(action.toLowerCase(), pattern.toLowerCase()),
  );
}

/**
 * Whether a service may take the role.
 * @param service principal, such as `codebuild.amazonaws.com`
 * @throws UnjudgeablePolicy
 */
export function trusts(role: Role, service: string, context: Context): boolean {
  const matching = (effect: Statement["Effect"]) =>
    statements(role.trust).some(
      (statement) =>
        statement.Effect === effect &&
        matchesAction(statement, "sts:AssumeRole") &&
        namesService(statement.Principal, service) &&
        meetsConditions(statement.Condition, context),
    );
  return matching("Allow") && !matching("Deny");
}

function namesService(principal: Statement["Principal"], service: string): boolean {
  if (typeof principal === "string") return principal === "*";
  return asList(principal?.Service).includes(service);
}
