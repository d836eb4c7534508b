/** A resource that need not keep a rule, and why. */
export interface Exemption {
  /** Name of the rule, as docs/policy.md lists it and its message says it. */
  rule: string;
  /** Pulumi's name of the resource: the end of its URN. */
  resource: string;
  /** Why this resource is harmless without the rule, for whoever reads it in a year. */
  reason: string;
}

/**
 * All exemptions. Each run of the policy pack says which of them it used, with its reason.
 *
 * @example { rule: "no-public-subnets", resource: "trial-public-a", reason: "The trial's NAT gateway stands in it." }
 */
export const exemptions: Exemption[] = [];
