/** Name of the ruleset that says who makes the tags of releases. */
export const releaseTagsRuleset = "eks-dryrun-runner: tags of releases";

/** Who reviews deployments, by GitHub's numbers. */
export interface Reviewers {
  users: number[];
  teams: number[];
}

/** How an environment is to be protected. */
export interface WantedProtection {
  reviewers: Reviewers;
  /** The branch that may deploy to it. */
  branch: string;
  /** Patterns of the tags that may. */
  tags: string[];
}

/** How GitHub says that an environment is protected. */
export interface FoundProtection {
  /** One entry at most, as the provider has it. */
  reviewers?: { users?: number[]; teams?: number[] }[];
  preventSelfReview?: boolean;
  canAdminsBypass?: boolean;
  deploymentBranchPolicy?: { protectedBranches: boolean; customBranchPolicies: boolean };
  /** Which refs may deploy to it. */
  policies: { type: string; pattern: string }[];
}

/** What is not in force of what an environment is to be protected by, a sentence each; empty where all is. */
export function protectionProblems(wanted: WantedProtection, found: FoundProtection): string[] {
  const [reviewers] = found.reviewers ?? [];
  const { users, teams } = wanted.reviewers;
  const isReviewed =
    listed(reviewers?.users ?? []) === listed(users) && listed(reviewers?.teams ?? []) === listed(teams);
  const refs = (policies: { type: string; pattern: string }[]) =>
    listed(policies.map(({ type, pattern }) => `the ${type} ${pattern}`));
  const wantedRefs = refs(deploymentPolicies(wanted));
  return [
    ...(isReviewed
      ? []
      : [
          `its reviewers are ${reviewersText(reviewers?.users, reviewers?.teams)}, expected ${reviewersText(users, teams)}`,
        ]),
    ...(found.preventSelfReview ? [] : ["who starts a release may approve it"]),
    // Absent, it is GitHub's default, which lets them.
    ...(found.canAdminsBypass === false ? [] : ["administrators may go past the protection"]),
    ...(found.deploymentBranchPolicy?.customBranchPolicies
      ? []
      : ["every branch and tag, or every protected branch, may deploy to it"]),
    ...(refs(found.policies) === wantedRefs
      ? []
      : [`it lets in ${refs(found.policies) || "no ref"}, expected ${wantedRefs}`]),
  ];
}

/** The refs that may deploy to an environment: the branch, for what is started by hand, and the tags of releases. */
export function deploymentPolicies({ branch, tags }: Pick<WantedProtection, "branch" | "tags">) {
  return [
    { type: "branch" as const, pattern: branch },
    ...tags.map((pattern) => ({ type: "tag" as const, pattern })),
  ];
}

function reviewersText(users: number[] = [], teams: number[] = []): string {
  return (
    listed([...users.map((id) => `user:${String(id)}`), ...teams.map((id) => `team:${String(id)}`)]) ||
    "nobody"
  );
}

/** In an order of its own: GitHub's is none. */
function listed(values: (string | number)[]): string {
  return values.map(String).sort().join(", ");
}
