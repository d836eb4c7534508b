import { AccessEntry, AccessPolicyAssociation } from "@pulumi/aws/eks";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import {
  validateResourceOfType,
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { runners, sourcesOf } from "../runners";

/** Looks at several resources: whose group, whose role. */
export const onlyRunnerAdmitted: StackValidationPolicy = {
  name: "only-runner-admitted",
  description: "The program lets the runner in to the cluster, nobody else, and nobody in to the runner.",
  validateStack: ({ resources }, reportViolation) => {
    const ours = runners(resources);
    const isOurs = (resource: PolicyResource, property: string) =>
      sourcesOf(resource, property).some((source) => ours.includes(source));

    for (const rule of resources.filter((one) => one.isType(SecurityGroupIngressRule))) {
      if (isOurs(rule, "securityGroupId")) {
        reportViolation("It lets somebody in to the runner. Mend: take the rule away.", rule.urn);
      } else if (!isOurs(rule, "referencedSecurityGroupId")) {
        reportViolation(
          "It lets in a security group that is no runner's. " +
            "Mend: `referencedSecurityGroupId` is the group of a CodeBuild project of this stack.",
          rule.urn,
        );
      }
    }
    for (const entry of resources.filter((one) => one.isType(AccessEntry))) {
      if (!isOurs(entry, "principalArn")) {
        reportViolation(
          "It gives somebody else an identity in the cluster. " +
            "Mend: `principalArn` is the service role of a CodeBuild project of this stack.",
          entry.urn,
        );
      }
    }
  },
};

/** EKS adds what a policy or a `system:` group may do to what the guard lets the runner's group do. */
export const onlyOneKubernetesGroup: ResourceValidationPolicy = {
  name: "only-guarded-group",
  description: "In the cluster the runner is a member of its guarded group, and no more.",
  validateResource: [
    validateResourceOfType(AccessEntry, ({ kubernetesGroups, type }, args, reportViolation) => {
      const system = (kubernetesGroups ?? []).filter((group) => group.startsWith("system:"));
      if (system.length > 0) {
        reportViolation(
          `It is in ${system.join(", ")}, where the guard does not hold. Mend: take that out of \`kubernetesGroups\`.`,
        );
      }
      if ((type ?? "STANDARD") !== "STANDARD") {
        reportViolation(`Its type ${String(type)} has the rights of nodes. Mend: \`type\` STANDARD.`);
      }
    }),
    validateResourceOfType(AccessPolicyAssociation, (association, args, reportViolation) => {
      reportViolation("It adds an EKS access policy, which the guard does not bound. Mend: take it away.");
    }),
  ],
};
