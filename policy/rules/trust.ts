import { Role } from "@pulumi/aws/iam";
import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";
import { hasCondition, statementsOf, type Statement } from "../policyDocument";

/**
 * A service acts for whoever asks it; an identity provider vouches for all of its users. Conditions say for whom:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html and, for EKS,
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
 */
export const trustIsBound: ResourceValidationPolicy = {
  name: "trust-is-bound",
  description:
    "Who may take a role is a service or an identity provider, on behalf of one account and one source.",
  validateResource: validateResourceOfType(Role, ({ assumeRolePolicy }, args, reportViolation) => {
    for (const statement of statementsOf(assumeRolePolicy)) {
      if (!statement.allows) continue;
      for (const sentence of trustProblems(statement)) reportViolation(sentence);
    }
  }),
};

/** EKS has no keys for its service role, and works with it only for the cluster to which somebody who may has handed it. */
const withoutKeys = ["eks.amazonaws.com"];
const equal = /^(?:String|Arn)(?:Equals|Like)$/;

function trustProblems(statement: Statement): string[] {
  const { Service = [], Federated = [], ...others } = statement.principals;
  const rest = Object.values(others).flat();
  return [
    ...(statement.negates ? ["It trusts all but whom it names. Mend: `Principal`."] : []),
    ...(rest.length === 0
      ? []
      : [`It trusts ${rest.join(", ")}. Mend: trust a service or an identity provider.`]),
    ...Service.filter((service) => !withoutKeys.includes(service)).flatMap((service) =>
      missing(statement, service, ["aws:SourceAccount", "aws:SourceArn"]),
    ),
    ...Federated.flatMap((provider) => {
      // The keys are named after the provider's address, which ends its ARN.
      const address = provider.replace(/^arn:aws:iam::\d{12}:oidc-provider\//, "");
      return missing(statement, provider, [`${address}:aud`, `${address}:sub`]);
    }),
  ];
}

function missing(statement: Statement, principal: string, keys: string[]): string[] {
  const absent = keys.filter((key) => !hasCondition(statement, key, equal));
  if (absent.length === 0) return [];
  return [`It trusts ${principal}, whoever asks it. Mend: conditions on ${absent.join(" and ")}.`];
}
