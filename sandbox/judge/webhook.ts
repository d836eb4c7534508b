import { allowed, refused, type Judgement } from "./snapshot";

/** A condition of a webhook, as CodeBuild keeps it. */
export interface WebhookFilter {
  type: string;
  pattern: string;
  excludeMatchedPattern?: boolean;
}

/** What a webhook hears of GitHub, in the words of the filters. */
export interface WebhookEvent {
  /** Such as `WORKFLOW_JOB_QUEUED`. */
  event: string;
  /** `name` of the workflow. */
  workflowName: string;
  /** GitHub's numeric id of who caused it. */
  actorAccountId: string;
}

/**
 * Whether the filters of a webhook let an event start a build: one group must, and a group does when each of its filters
 * does. A webhook without groups hears pushes and pull requests and nothing of jobs.
 *
 * https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_WebhookFilter.html
 */
export function judgeWebhook(filterGroups: WebhookFilter[][], event: WebhookEvent): Judgement {
  if (filterGroups.length === 0)
    return refused(`the webhook has no filter group, so ${event.event} starts nothing`);
  const reasons = filterGroups.map((group) => unmetFilter(group, event));
  if (reasons.includes(undefined)) return allowed;
  return refused(`no filter group of the webhook matches: ${reasons.join("; ")}`);
}

/** What is wrong with the first filter that does not let the event through. */
function unmetFilter(group: WebhookFilter[], event: WebhookEvent): string | undefined {
  const unmet = group.find((filter) => matches(filter, event) === (filter.excludeMatchedPattern ?? false));
  if (!unmet) return undefined;
  const value = valueOf(unmet.type, event);
  const relation = unmet.excludeMatchedPattern ? "excludes" : "does not match";
  return `${unmet.type} ${unmet.pattern} ${relation} ${value ?? "a queued job, which has no such thing"}`;
}

/**
 * Patterns are regular expressions that may match anywhere, as AWS's own example `^refs/heads/` shows; one without
 * anchors lets strangers in whose longer id contains a trusted one:
 * https://aws.amazon.com/security/security-bulletins/AWS-2025-016/
 */
function matches({ type, pattern }: WebhookFilter, event: WebhookEvent): boolean {
  if (type === "EVENT") return pattern.split(",").some((name) => name.trim() === event.event);
  const value = valueOf(type, event);
  return value !== undefined && new RegExp(pattern).test(value);
}

function valueOf(type: string, event: WebhookEvent): string | undefined {
  switch (type) {
    case "EVENT":
      return event.event;
    case "WORKFLOW_NAME":
      return event.workflowName;
    case "ACTOR_ACCOUNT_ID":
      return event.actorAccountId;
    default:
      return undefined;
  }
}
