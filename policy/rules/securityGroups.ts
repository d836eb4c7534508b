import { DefaultSecurityGroup, SecurityGroup, SecurityGroupRule } from "@pulumi/aws/ec2";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import { validateResourceOfType, type ReportViolation, type ResourceValidationPolicy } from "@pulumi/policy";

/** Rules inside of a group's own definition, where {@link ingressIsHttpsFromGroup} does not see them. */
export const noIngress: ResourceValidationPolicy = {
  name: "no-ingress",
  description: "A security group that the program makes lets nothing in.",
  validateResource: [
    validateResourceOfType(SecurityGroup, refuseIngress),
    validateResourceOfType(DefaultSecurityGroup, refuseIngress),
  ],
};

function refuseIngress(
  group: { ingress?: unknown[] },
  args: unknown,
  reportViolation: ReportViolation,
): void {
  if ((group.ingress ?? []).length > 0) {
    reportViolation("It has ingress. Mend: leave `ingress` out; nothing needs to reach a runner.");
  }
}

/** Which group is let in, and to where, is judged where all resources are known: `only-runner-admitted`. */
export const ingressIsHttpsFromGroup: ResourceValidationPolicy = {
  name: "ingress-is-https-from-group",
  description: "An ingress rule lets one security group in, on port 443, and no address.",
  validateResource: [
    validateResourceOfType(SecurityGroupIngressRule, (rule, args, reportViolation) => {
      // Whether a property is there is known in a preview, though its value may not be.
      const sources = ["cidrIpv4", "cidrIpv6", "prefixListId"].filter((source) => source in rule);
      if (sources.length > 0 || !("referencedSecurityGroupId" in rule)) {
        reportViolation(
          `It lets ${sources.join(", ") || "nobody in particular"} in. ` +
            "Mend: name the runner's security group in `referencedSecurityGroupId`, and nothing beside it.",
        );
      }
      if (rule.ipProtocol !== "tcp" || rule.fromPort !== 443 || rule.toPort !== 443) {
        reportViolation(
          "It opens more than the API server. Mend: `ipProtocol` tcp, `fromPort` and `toPort` 443.",
        );
      }
    }),
    validateResourceOfType(SecurityGroupRule, (rule, args, reportViolation) => {
      if (rule.type === "ingress") {
        reportViolation("It is of the old kind. Mend: use `aws.vpc.SecurityGroupIngressRule`.");
      }
    }),
  ],
};
