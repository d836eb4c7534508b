import { matches } from "../environments/deploymentPolicies";
import { teamOf } from "../environments/reviewers";
import type { State, Token } from "../store";
import { actionsAppId, administratorRole, type BypassActor, type Rule, type Ruleset } from "./ruleset";

/** What somebody is about to do to a branch or tag. */
export type RefChange =
  | { kind: "create" }
  | { kind: "write" }
  | { kind: "force" }
  | { kind: "delete" }
  /** `conclusionOf` gives what a check of GitHub Actions came to; undefined before it ended, or if there is none. */
  | { kind: "merge"; conclusionOf(check: string): string | undefined };

/** The branch or tag, and who changes it. */
export interface Changing {
  fullName: string;
  /** Full, such as `refs/tags/v1`. */
  ref: string;
  isDefaultBranch: boolean;
  token: Token;
}

/**
 * What GitHub says where rulesets forbid a change; undefined if they let it pass.
 *
 * Its words: https://github.com/satisfactory-factories/application/issues/67 (a ref),
 * https://github.com/vndee/llm-sandbox/pull/182 (a push), btkrausen/terraform-codespaces#4 (a file)
 */
export function violations(state: State, changing: Changing, change: RefChange): string | undefined {
  const sentences = (state.rulesets[changing.fullName] ?? [])
    .filter(({ enforcement }) => enforcement === "active")
    .filter((ruleset) => isFor(ruleset, changing))
    .filter((ruleset) => !ruleset.bypass_actors.some((actor) => mayBypass(state, actor, changing, change)))
    .flatMap(({ rules }) => rules.flatMap((rule) => broken(rule, change) ?? []));
  const said = [...new Set(sentences)];
  return said.length === 0 ? undefined : `Repository rule violations found\n\n${said.join("\n\n")}\n\n`;
}

/** Whether a ruleset has rules for the branch or tag. */
export function isFor(
  { conditions, target }: Pick<Ruleset, "conditions" | "target">,
  { ref, isDefaultBranch }: Pick<Changing, "ref" | "isDefaultBranch">,
): boolean {
  if (ref.startsWith("refs/tags/") !== (target === "tag")) return false;
  const names = (pattern: string) => {
    if (pattern === "~ALL") return true;
    return pattern === "~DEFAULT_BRANCH" ? isDefaultBranch : matches(pattern, ref);
  };
  const { include, exclude } = conditions.ref_name;
  return include.some(names) && !exclude.some(names);
}

/** The token of an app is the app, never the role of whoever installed it; a job's is nobody who could be on the list. */
function mayBypass(
  state: State,
  { actor_type, actor_id, bypass_mode }: BypassActor,
  { token, fullName }: Changing,
  change: RefChange,
): boolean {
  const actors = {
    Integration: () => token.app?.id === actor_id,
    RepositoryRole: () => actor_id === administratorRole && token.role === "admin",
    Team: () =>
      !token.app && teamOf(state, fullName.split("/")[0] ?? "", actor_id)?.members.includes(token.login),
  };
  const isActor = actors[actor_type]() ?? false;
  return isActor && (bypass_mode === "always" || change.kind === "merge");
}

function broken(rule: Rule, change: RefChange): string | undefined {
  switch (rule.type) {
    // https://github.com/opensearch-project/.github/issues/531
    case "creation":
      return change.kind === "create" ? "Cannot create ref due to creations being restricted." : undefined;
    // https://github.com/orgs/community/discussions/60820
    case "update":
      return ["write", "force"].includes(change.kind) ? "Cannot update this protected ref." : undefined;
    case "deletion":
      return change.kind === "delete" ? "Cannot delete this branch" : undefined;
    case "non_fast_forward":
      return change.kind === "force" ? "Cannot force-push to this branch" : undefined;
    case "pull_request":
      if (change.kind === "merge") {
        const count = rule.parameters.required_approving_review_count;
        return count > 0
          ? `At least ${String(count)} approving review is required by reviewers with write access.`
          : undefined;
      }
      return ["create", "delete"].includes(change.kind)
        ? undefined
        : "Changes must be made through a pull request.";
    case "required_status_checks":
      return change.kind === "create" || change.kind === "delete"
        ? undefined
        : missing(rule.parameters.required_status_checks, change);
  }
}

/** Conclusions that satisfy a required check: https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks */
export const satisfying = ["success", "skipped", "neutral"];

/** A check counts only from the app that it is required from. A commit that is written directly never has any. */
function missing(
  required: { context: string; integration_id?: number | undefined }[],
  change: RefChange,
): string | undefined {
  const conclusions = required.map(({ context, integration_id: app }) => ({
    context,
    conclusion:
      change.kind === "merge" && (app ?? actionsAppId) === actionsAppId
        ? change.conclusionOf(context)
        : undefined,
  }));
  const open = conclusions.filter(({ conclusion }) => !satisfying.includes(conclusion ?? ""));
  const [first] = open;
  if (first === undefined) return undefined;
  // For several: https://github.com/fluxcd/terraform-provider-flux/issues/573
  if (open.length > 1)
    return `${String(open.length)} of ${String(required.length)} required status checks are expected.`;
  return `Required status check "${first.context}" is ${first.conclusion === undefined ? "expected" : "failing"}.`;
}
