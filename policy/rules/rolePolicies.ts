import { PolicyAttachment, Role, RolePolicy, RolePolicyAttachment } from "@pulumi/aws/iam";
import {
  validateResourceOfType,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidation,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { hasCondition, hasWildcard, statementsOf, type Statement } from "../policyDocument";
import { runners, sourcesOf } from "../runners";
import { resourceWildcards } from "./resourceWildcards";

/** With the policies of roles, in a role or beside it. */
export const noWildcardActions: ResourceValidationPolicy = {
  name: "no-wildcard-actions",
  description: "Policies name each action that they allow.",
  validateResource: everyPolicy((statement, reportViolation) => {
    const wild = statement.actions.filter(hasWildcard);
    if (wild.length > 0) {
      reportViolation(`${statement.sid} allows ${wild.join(", ")}. Mend: name the actions that are used.`);
    }
    if (statement.negates) {
      reportViolation(`${statement.sid} allows all but what it names. Mend: name what it allows.`);
    }
  }),
};

export const noWildcardResources: ResourceValidationPolicy = {
  name: "no-wildcard-resources",
  description: "Policies name each resource that they allow, unless AWS has no way to.",
  validateResource: everyPolicy((statement, reportViolation) => {
    for (const resource of statement.resources.filter(hasWildcard)) {
      const actions = statement.actions.filter((action) => !mayBeWild(statement, action, resource));
      if (actions.length > 0) {
        reportViolation(
          `${statement.sid} allows ${actions.join(", ")} on ${resource}. Mend: name the resource; where AWS has no way ` +
            "to, add a row with its source to policy/rules/resourceWildcards.ts.",
        );
      }
    }
  }),
};

function mayBeWild(statement: Statement, action: string, resource: string): boolean {
  return resourceWildcards.some(
    (row) =>
      row.actions.includes(action) &&
      row.resource.test(resource) &&
      (row.narrowedBy === undefined ||
        hasCondition(statement, row.narrowedBy, /^(?:Arn|String)(?:Equals|Like)$/)),
  );
}

/** A check of each statement that allows something, in each resource that holds a policy of a role. */
function everyPolicy(check: (statement: Statement, report: ReportViolation) => void): ResourceValidation[] {
  const checkPolicy = (policy: unknown, report: ReportViolation) => {
    for (const statement of statementsOf(policy)) if (statement.allows) check(statement, report);
  };
  return [
    validateResourceOfType(RolePolicy, ({ policy }, args, report) => {
      checkPolicy(policy, report);
    }),
    validateResourceOfType(Role, ({ inlinePolicies }, args, report) => {
      for (const { policy } of inlinePolicies ?? []) if (policy) checkPolicy(policy, report);
    }),
  ];
}

/** EKS takes no role for a cluster without it: https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html */
const eksClusterPolicy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";

/** A policy that the program does not write may say anything, today or tomorrow. */
export const noAttachedPolicies: StackValidationPolicy = {
  name: "no-attached-policies",
  description:
    "Roles have policies that the program writes beside them, where these rules see them; but for AWS's own that EKS demands.",
  validateStack: ({ resources }, reportViolation) => {
    const ours = runners(resources);
    const refuse = ({ urn }: PolicyResource) => {
      reportViolation(
        "It attaches a managed policy. Mend: write what is needed into an aws.iam.RolePolicy.",
        urn,
      );
    };
    for (const one of resources) {
      const { policyArn, managedPolicyArns } = one.props as {
        policyArn?: string;
        managedPolicyArns?: string[];
      };
      const roles = sourcesOf(one, "role");
      const isForEks =
        policyArn === eksClusterPolicy && roles.length > 0 && !roles.some((role) => ours.includes(role));
      if (one.isType(PolicyAttachment)) refuse(one);
      if (one.isType(RolePolicyAttachment) && !isForEks) refuse(one);
      if (one.isType(Role) && (managedPolicyArns ?? []).length > 0) refuse(one);
    }
  },
};
