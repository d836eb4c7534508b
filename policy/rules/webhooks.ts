import { Webhook } from "@pulumi/aws/codebuild";
import { validateResourceOfType, type ResourceValidationPolicy } from "@pulumi/policy";
import { isAnchored } from "../anchored";

interface Filter {
  type: string;
  pattern: string;
  excludeMatchedPattern?: boolean;
}

/**
 * A webhook starts a build for each event that all filters of one of its groups let through. Patterns match anywhere
 * unless anchored, which let strangers through elsewhere:
 * https://aws.amazon.com/security/security-bulletins/AWS-2025-016/
 */
export const webhookHearsOneWorkflow: ResourceValidationPolicy = {
  name: "webhook-hears-one-workflow",
  description: "A webhook hears of queued jobs only, of one workflow, by anchored patterns.",
  validateResource: validateResourceOfType(Webhook, ({ filterGroups }, args, reportViolation) => {
    const groups = filterGroups ?? [];
    if (groups.length === 0) {
      reportViolation("It has no filters and starts builds for every push. Mend: `filterGroups`.");
    }
    for (const { filters } of groups) {
      for (const sentence of groupProblems(filters ?? [])) reportViolation(sentence);
    }
  }),
};

function groupProblems(filters: Filter[]): string[] {
  const events = filters.filter(({ type }) => type === "EVENT");
  const others = filters.filter(({ type }) => type !== "EVENT");
  return [
    ...(events.length === 1 &&
    events[0]?.pattern === "WORKFLOW_JOB_QUEUED" &&
    !events[0].excludeMatchedPattern
      ? []
      : ["A filter group hears other events. Mend: one filter EVENT with the pattern WORKFLOW_JOB_QUEUED."]),
    ...(others.some(({ type }) => type === "WORKFLOW_NAME")
      ? []
      : ["A filter group hears every workflow. Mend: a filter WORKFLOW_NAME with the pattern ^<name>$."]),
    ...others.flatMap(filterProblem),
  ];
}

/** Texts that no list of names or ids has in it. */
const strangers = ["somebody else's workflow", "99999999999999"];

function filterProblem({ type, pattern, excludeMatchedPattern }: Filter): string[] {
  const filter = `Filter ${type} ${pattern}`;
  if (excludeMatchedPattern)
    return [
      `${filter} lets in whom it does not name. Mend: name who is let in, without excludeMatchedPattern.`,
    ];
  if (!isAnchored(pattern)) return [`${filter} matches inside of longer texts. Mend: ^(?:${pattern})$.`];
  if (strangers.some((stranger) => new RegExp(pattern).test(stranger)))
    return [`${filter} matches anything. Mend: the names or ids that are meant.`];
  return [];
}
