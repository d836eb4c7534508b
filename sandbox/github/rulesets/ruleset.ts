import { z } from "zod";

/**
 * Rulesets as GitHub's REST API has them: https://docs.github.com/rest/repos/rules. Of the rules, those that the program
 * or the target repository has; any other is refused, because nothing here would hold it.
 */
const bypassActor = z.object({
  /** App ID of an `Integration`, or the role, or the team: https://docs.github.com/rest/repos/rules#create-a-repository-ruleset */
  actor_id: z.int().nullish(),
  actor_type: z.enum(["Integration", "RepositoryRole", "Team"]),
  bypass_mode: z.enum(["always", "pull_request"]).default("always"),
});

const pullRequestRule = z.object({
  type: z.literal("pull_request"),
  parameters: z.object({
    dismiss_stale_reviews_on_push: z.boolean(),
    require_code_owner_review: z.boolean(),
    require_last_push_approval: z.boolean(),
    required_approving_review_count: z.int().min(0).max(10),
    required_review_thread_resolution: z.boolean(),
  }),
});

const requiredStatusChecksRule = z.object({
  type: z.literal("required_status_checks"),
  parameters: z.object({
    do_not_enforce_on_create: z.boolean().default(false),
    required_status_checks: z
      .array(z.object({ context: z.string(), integration_id: z.int().optional() }))
      .min(1),
    strict_required_status_checks_policy: z.boolean(),
  }),
});

const rule = z.discriminatedUnion("type", [
  pullRequestRule,
  requiredStatusChecksRule,
  z.object({ type: z.literal("creation") }),
  z.object({ type: z.literal("update") }),
  z.object({ type: z.literal("deletion") }),
  z.object({ type: z.literal("non_fast_forward") }),
]);

/** A branch by its full ref, without patterns, or the default branch; tags by a pattern. */
const refName = z.union([
  z.enum(["~DEFAULT_BRANCH", "~ALL"]),
  z.string().regex(/^refs\/heads\/[^*?[\]]+$/),
  z.string().regex(/^refs\/tags\/.+$/),
]);

/** Rules that hold only tags here. */
const ofTags = ["creation", "update"];

const request = z.object({
  name: z.string().min(1).max(100),
  target: z.enum(["branch", "tag"]).default("branch"),
  // "evaluate" is for enterprises only: https://docs.github.com/rest/repos/rules#create-a-repository-ruleset
  enforcement: z.enum(["active", "disabled"]),
  bypass_actors: z.array(bypassActor).default([]),
  conditions: z
    .object({ ref_name: z.object({ include: z.array(refName), exclude: z.array(refName) }) })
    .default({ ref_name: { include: [], exclude: [] } }),
  rules: z.array(rule).default([]),
  // Sent by clients too, and ignored by GitHub.
  source: z.string().optional(),
  source_type: z.string().optional(),
});

/** What a ruleset is made or replaced with: what nothing here would hold is refused. */
export const rulesetRequest = request.refine(
  ({ target, rules, conditions: { ref_name } }) =>
    target === "tag"
      ? ![...ref_name.include, ...ref_name.exclude].some((name) =>
          /^(refs\/heads\/|~DEFAULT_BRANCH)/.test(name),
        )
      : ref_name.include.every((name) => /^(refs\/heads\/|~DEFAULT_BRANCH)/.test(name)) &&
        !rules.some(({ type }) => ofTags.includes(type)),
  { message: "the sandbox's GitHub holds no such rules or names for this target" },
);

export type BypassActor = z.infer<typeof bypassActor>;
export type Rule = z.infer<typeof rule>;

/** A ruleset as the service keeps it. */
export type Ruleset = Omit<z.infer<typeof request>, "source" | "source_type"> & {
  id: number;
  created_at: string;
  updated_at: string;
};

/** Id of the role of administrators: https://docs.github.com/rest/repos/rules#create-a-repository-ruleset */
export const administratorRole = 5;

/** App that the checks of GitHub Actions are from: https://api.github.com/apps/github-actions */
export const actionsAppId = 15368;
