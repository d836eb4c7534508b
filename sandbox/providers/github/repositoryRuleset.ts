import { boolean, list, number, object, set, string } from "../schema";
import type { Values } from "../values";
import type { GitHub, GitHubResource } from "./provider";
import { unlessMissing } from "./rest";

interface Ruleset {
  id: number;
  node_id: string;
  name: string;
  target: string;
  enforcement: string;
  bypass_actors?: { actor_id: number | null; actor_type: string; bypass_mode: string }[];
  conditions: { ref_name: { include: string[]; exclude: string[] } };
  rules: { type: string; parameters?: StatusChecks }[];
}

interface StatusChecks {
  required_status_checks: { context: string; integration_id?: number }[];
  strict_required_status_checks_policy: boolean;
  do_not_enforce_on_create?: boolean;
}

/** Rules that are there or not, without more to say. */
const plainRules = {
  creation: "creation",
  update: "update",
  deletion: "deletion",
  nonFastForward: "non_fast_forward",
} as const;

const patterns = list(string(), { required: true });

/**
 * A ruleset, of which required status checks and the rules without parameters are known here. Another repository does not replace it: the same
 * number is then changed there.
 * Rules: integrations/terraform-provider-github:github/resource_github_repository_ruleset.go, util_rules.go.
 */
export const repositoryRuleset: GitHubResource = {
  properties: {
    repository: string({ required: true }),
    name: string({ required: true }),
    target: string({ required: true, oneOf: ["branch", "push", "tag"] }),
    enforcement: string({ required: true, oneOf: ["disabled", "active", "evaluate"] }),
    bypassActors: list(
      object({
        actorId: number(),
        actorType: string({ required: true }),
        bypassMode: string({ required: true, oneOf: ["always", "pull_request", "exempt"] }),
      }),
    ),
    conditions: object({ refName: object({ includes: patterns, excludes: patterns }, { required: true }) }),
    rules: object(
      {
        creation: boolean(),
        update: boolean(),
        deletion: boolean(),
        nonFastForward: boolean(),
        requiredStatusChecks: object({
          requiredChecks: set(object({ context: string({ required: true }), integrationId: number() }), {
            required: true,
          }),
          strictRequiredStatusChecksPolicy: boolean({ default: false }),
          doNotEnforceOnCreate: boolean({ default: false }),
        }),
      },
      { required: true },
    ),
    etag: string({ output: true }),
    nodeId: string({ output: true }),
    rulesetId: number({ output: true }),
  },
  isForgottenUnseen: true,
  async create(github, inputs) {
    await github.rest.call("GET", `repos/${github.owner}/${inputs.repository as string}`);
    const made = await github.rest.call<Ruleset>("POST", rulesets(github, inputs), requestOf(inputs));
    return { id: String(made.id) };
  },
  async read(github, id, prior) {
    const found = await unlessMissing(
      github.rest.call<Ruleset>("GET", `${rulesets(github, prior)}/${id}?includes_parents=false`),
    );
    return found && { repository: prior.repository, ...stateOf(found) };
  },
  async update(github, id, { inputs }) {
    await github.rest.call("GET", `repos/${github.owner}/${inputs.repository as string}`);
    await github.rest.call("PUT", `${rulesets(github, inputs)}/${id}`, requestOf(inputs));
  },
  async delete(github, id, state) {
    await github.rest.call("DELETE", `${rulesets(github, state)}/${id}`);
  },
  import(_: GitHub, given) {
    const [repository = "", id = ""] = given.split(":");
    return Promise.resolve({ id, prior: { repository } });
  },
};

function rulesets(github: GitHub, { repository }: Values): string {
  return `repos/${github.owner}/${repository as string}/rulesets`;
}

/** An empty list of actors is sent as such: without one, GitHub leaves those that are there. */
function requestOf(inputs: Values) {
  const { name, target, enforcement, bypassActors, conditions, rules } = inputs as unknown as Inputs;
  return {
    name,
    target,
    enforcement,
    source: "",
    source_type: "Repository",
    bypass_actors: (bypassActors ?? []).map(({ actorId, actorType, bypassMode }) => ({
      actor_id: actorId ?? null,
      actor_type: actorType,
      bypass_mode: bypassMode,
    })),
    ...(conditions && {
      conditions: {
        ref_name: { include: conditions.refName.includes, exclude: conditions.refName.excludes },
      },
    }),
    rules: [
      ...Object.entries(plainRules)
        .filter(([name]) => rules[name as keyof typeof plainRules])
        .map(([, type]) => ({ type })),
      ...(rules.requiredStatusChecks ? [statusChecks(rules.requiredStatusChecks)] : []),
    ],
  };
}

function statusChecks(rule: NonNullable<Inputs["rules"]["requiredStatusChecks"]>) {
  return {
    type: "required_status_checks",
    parameters: {
      required_status_checks: rule.requiredChecks.map(({ context, integrationId }) => ({
        context,
        ...(integrationId ? { integration_id: integrationId } : {}),
      })),
      strict_required_status_checks_policy: rule.strictRequiredStatusChecksPolicy ?? false,
      do_not_enforce_on_create: rule.doNotEnforceOnCreate ?? false,
    },
  };
}

function stateOf(found: Ruleset): Values {
  const checks = found.rules.find(({ type }) => type === "required_status_checks")?.parameters;
  const { include, exclude } = found.conditions.ref_name;
  return {
    name: found.name,
    target: found.target,
    enforcement: found.enforcement,
    bypassActors: (found.bypass_actors ?? []).map(({ actor_id, actor_type, bypass_mode }) => ({
      actorId: actor_id ?? 0,
      actorType: actor_type,
      bypassMode: bypass_mode,
    })),
    conditions: { refName: { includes: include, excludes: exclude } },
    rules: {
      ...Object.fromEntries(
        Object.entries(plainRules).flatMap(([name, type]) =>
          found.rules.some((rule) => rule.type === type) ? [[name, true]] : [],
        ),
      ),
      ...(checks && {
        requiredStatusChecks: {
          requiredChecks: checks.required_status_checks.map(({ context, integration_id }) => ({
            context,
            integrationId: integration_id ?? 0,
          })),
          strictRequiredStatusChecksPolicy: checks.strict_required_status_checks_policy,
          doNotEnforceOnCreate: checks.do_not_enforce_on_create ?? false,
        },
      }),
    },
    etag: "",
    nodeId: found.node_id,
    rulesetId: found.id,
  };
}

interface Inputs {
  name: string;
  target: string;
  enforcement: string;
  bypassActors?: { actorId?: number; actorType: string; bypassMode: string }[];
  conditions?: { refName: { includes: string[]; excludes: string[] } };
  rules: Partial<Record<keyof typeof plainRules, boolean>> & {
    requiredStatusChecks?: {
      requiredChecks: { context: string; integrationId?: number }[];
      strictRequiredStatusChecksPolicy?: boolean;
      doNotEnforceOnCreate?: boolean;
    };
  };
}
