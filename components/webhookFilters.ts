/**
 * Filters of the runner's webhook. The patterns are regular expressions that match anywhere unless anchored, which let
 * strangers through elsewhere: https://aws.amazon.com/security/security-bulletins/AWS-2025-016/
 */
export function webhookFilters(workflowNames: string[], githubActorIds: number[] = []) {
  const names = workflowNames.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const oneOf = names.length === 1 ? names.join("") : `(?:${names.join("|")})`;
  return [
    { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" },
    { type: "WORKFLOW_NAME", pattern: `^${oneOf}$` },
    ...(githubActorIds.length === 0
      ? []
      : [{ type: "ACTOR_ACCOUNT_ID", pattern: `^(?:${githubActorIds.join("|")})$` }]),
  ];
}
