import { RunError } from "@pulumi/pulumi";
import type {
  Policies,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Exemption } from "./exemptions";

type Policy = ResourceValidationPolicy | StackValidationPolicy;

/** Policies that keep silent about exempt resources, and one that says which these were. */
export class Exempted {
  readonly policies: Policies;
  /** Exemptions that this run had a use for, or whose rule could not look yet. */
  private readonly used = new Set<Exemption>();

  /** @throws {RunError}, which Pulumi shows without its stack, naming every exemption that is not well-formed */
  constructor(
    policies: Policies,
    private readonly exemptions: Exemption[],
  ) {
    const problems = exemptionProblems(policies, exemptions);
    if (problems.length > 0) throw new RunError(problems.join("\n"));
    this.policies = policies.map((policy) => this.exempt(policy));
  }

  /** Run last, and advisory: nothing is exempt in silence. */
  get report(): StackValidationPolicy {
    return {
      name: "exemptions",
      description: "Exemptions in policy/exemptions.ts that concern this stack.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, reportViolation) => {
        for (const exemption of this.exemptions) {
          const { rule, resource, reason } = exemption;
          const urn = resources.find(({ name }) => name === resource)?.urn;
          if (urn === undefined) continue;
          const sentence = this.used.has(exemption)
            ? `${resource} is exempt from ${rule}: ${reason}`
            : `${resource} keeps ${rule}. Mend: delete its exemption from policy/exemptions.ts.`;
          reportViolation(sentence, urn);
        }
      },
    };
  }

  private exempt(policy: Policy): Policy {
    if ("validateStack" in policy) {
      const { validateStack } = policy;
      return {
        ...policy,
        validateStack: (args, report) =>
          validateStack(args, (message, urn) => {
            this.unlessExempt(policy.name, nameOf(urn), () => {
              report(message, urn);
            });
          }),
      };
    }
    const validations = [policy.validateResource ?? []].flat();
    return { ...policy, validateResource: validations.map((one) => this.exemptResource(policy.name, one)) };
  }

  private exemptResource(rule: string, validation: ResourceValidation): ResourceValidation {
    return (args, report) => {
      const unlessExempt: ReportViolation = (message) => {
        this.unlessExempt(rule, args.name, () => {
          report(message);
        });
      };
      return validation(args, unlessExempt);
    };
  }

  private unlessExempt(rule: string, resource: string, report: () => void): void {
    const exemption = this.exemptions.find((one) => one.rule === rule && one.resource === resource);
    if (exemption) this.used.add(exemption);
    else report();
  }
}

function nameOf(urn = ""): string {
  return urn.split("::").at(-1) ?? "";
}

/** What is wrong with exemptions, a sentence each. */
export function exemptionProblems(policies: Policies, exemptions: Exemption[]): string[] {
  const rules = policies.map(({ name }) => name);
  return exemptions.flatMap((exemption) => {
    const { rule, resource, reason } = exemption;
    const where = `policy/exemptions.ts: ${JSON.stringify({ rule, resource })}`;
    return [
      ...(rules.includes(rule) ? [] : [`${where} names no rule, expected one of ${rules.join(", ")}.`]),
      ...(resource ? [] : [`${where} names no resource, expected Pulumi's name of one.`]),
      ...(/\w+\W+\w+/.test(reason ?? "")
        ? []
        : [`${where} has no reason, expected a sentence that says why.`]),
    ];
  });
}
