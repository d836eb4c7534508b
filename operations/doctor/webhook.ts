import type { Project, WebhookFilter } from "@aws-sdk/client-codebuild";
import { runnerWorkflows } from "../../committed/runnerWorkflows";
import { webhookFilters } from "../../components/webhookFilters";
import { judged, ok, wrong, type Check, type Finding } from "./check";
import type { Facts } from "./facts";
import { dependsOn } from "./lookup";

type FilterType = "EVENT" | "WORKFLOW_NAME" | "ACTOR_ACCOUNT_ID";

export const webhookChecks: Check[] = [
  {
    name: "webhook",
    looksAt: ({ runner }) => `the webhook of ${runner.projectName}`,
    examine: async (facts) => {
      const { webhook } = await facts.project();
      if (!webhook) {
        return wrong("the project has no webhook, so no job ever starts a build", facts.up);
      }
      const [group = [], ...others] = webhook.filterGroups ?? [];
      if (others.length > 0 || group.some(({ excludeMatchedPattern }) => excludeMatchedPattern === true)) {
        return wrong(
          "its filters are more than one group, or exclude; expected one group that includes",
          facts.up,
        );
      }
      return ok("one group of filters");
    },
  },
  filterCheck("webhook-event", "EVENT", "no other event is a job that waits for a runner"),
  filterCheck(
    "webhook-workflow",
    "WORKFLOW_NAME",
    "so are the committed workflows called whose jobs get a runner",
  ),
  filterCheck(
    "webhook-actor",
    "ACTOR_ACCOUNT_ID",
    "the accounts are those of eks-dryrun-runner:githubActorIds",
  ),
];

function filterCheck(name: string, type: FilterType, because: string): Check {
  return {
    name,
    looksAt: () => `the webhook's filter ${type}`,
    examine: async (facts) => {
      const { projectName } = facts.runner;
      const { webhook } = await facts.project();
      if (!webhook) throw dependsOn(`a webhook of ${projectName}`);
      const { apply, githubActorIds } = facts.subject.settings;
      const filters = webhookFilters(runnerWorkflows(apply), githubActorIds);
      const expected = filters.find((filter) => filter.type === type)?.pattern;
      return filterFinding(facts, patternsOf(webhook, type), { expected, because });
    },
  };
}

function patternsOf(webhook: NonNullable<Project["webhook"]>, wanted: FilterType): string[] {
  const filters: WebhookFilter[] = (webhook.filterGroups ?? []).flat();
  return filters.flatMap(({ type, pattern }) => (type === wanted && pattern !== undefined ? [pattern] : []));
}

function filterFinding(
  { up }: Facts,
  patterns: string[],
  { expected, because }: { expected?: string; because: string },
): Finding {
  if (expected === undefined) {
    const faults = patterns.map((pattern) => ({
      what: `there is a filter ${pattern}, expected none: eks-dryrun-runner:githubActorIds is not set`,
      mend: up,
    }));
    return judged(faults, "none, as eks-dryrun-runner:githubActorIds is not set");
  }
  if (patterns.length === 1 && patterns[0] === expected) return ok(expected);
  const is = patterns.length === 0 ? "there is none" : `it is ${patterns.join(" and ")}`;
  const loose = patterns.some((pattern) => !isAnchored(pattern)) && isAnchored(expected);
  return wrong(
    `${is}, expected ${expected}: ${because}${loose ? "; a pattern without ^ and $ matches anywhere, and lets strangers in" : ""}`,
    up,
  );
}

const isAnchored = (pattern: string) => pattern.startsWith("^") && pattern.endsWith("$");
