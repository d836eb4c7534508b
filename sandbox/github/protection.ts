import type { Repository } from "./repository";
import { violations, type RefChange } from "./rulesets/violations";
import type { Protection, State, Token } from "./store";

/** Rules of a protected branch that hold a direct write up, in GitHub's words. */
const rules: {
  broken: (protection: Protection, token: Token) => boolean;
  message: (protection: Protection) => string;
}[] = [
  {
    // BobAnkh/auto-generate-changelog#78, kevgo/prettifier#28
    broken: ({ required_status_checks: checks }) => (checks?.contexts.length ?? 0) > 0,
    message: ({ required_status_checks: checks }) => {
      const contexts = checks?.contexts ?? [];
      return contexts.length === 1
        ? `Required status check "${contexts[0]}" is expected.`
        : `${contexts.length} of ${contexts.length} required status checks are expected.`;
    },
  },
  {
    // https://github.com/fluxcd/terraform-provider-flux/issues/573
    broken: ({ required_pull_request_reviews: reviews }) => reviews !== null,
    message: () => "Changes must be made through a pull request.",
  },
  {
    // dependabot/dependabot-core:updater, pull_request_updater/github.rb
    broken: ({ restrictions }, { login }) => restrictions !== null && !restrictions.users.includes(login),
    message: () => "You're not authorized to push to this branch.",
  },
];

/** Key of a branch in the store. */
export const protectionKey = (fullName: string, branch: string) => `${fullName}:${branch}`;

/** Why a branch may not be written to. */
export interface Protected {
  reason: string;
  /** Whether a ruleset says so, in words of its own, or a classic rule. */
  byRuleset: boolean;
}

/** Why this token may not change the branch directly; undefined if it may. */
export async function protectedBecause(
  state: State,
  repository: Repository,
  branch: string,
  token: Token,
  change: RefChange = { kind: "write" },
): Promise<Protected | undefined> {
  const { fullName } = repository;
  const classic = classicReason(state.protections[protectionKey(fullName, branch)], token);
  if (classic !== undefined) return { reason: classic, byRuleset: false };
  const isDefaultBranch = branch === (await repository.defaultBranch());
  const reason = violations(state, { fullName, ref: `refs/heads/${branch}`, isDefaultBranch, token }, change);
  return reason === undefined ? undefined : { reason, byRuleset: true };
}

/** Why this token may not make, move or delete a tag; undefined if it may. @param ref full */
export function tagProtectedBecause(
  state: State,
  { fullName }: Repository,
  ref: string,
  token: Token,
  change: RefChange,
): string | undefined {
  return violations(state, { fullName, ref, isDefaultBranch: false, token }, change);
}

function classicReason(protection: Protection | undefined, token: Token): string | undefined {
  if (protection === undefined) return undefined;
  if (token.role === "admin" && !protection.enforce_admins) return undefined;
  const broken = rules.filter((rule) => rule.broken(protection, token));
  return broken.length === 0 ? undefined : broken.map((rule) => rule.message(protection)).join(" ");
}
