import { protectionProblems, type FoundProtection } from "../../components/protection";
import { homeEnvironment } from "../../stacks/environments";
import { judged, wrong, type Finding } from "./check";
import { repositoryPath } from "./deliveries";
import type { Facts } from "./facts";

/** An environment in GitHub's API, as far as it is looked at. https://docs.github.com/rest/deployments/environments */
interface GitHubEnvironment {
  can_admins_bypass?: boolean;
  protection_rules?: ProtectionRule[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
}

interface ProtectionRule {
  type: string;
  prevent_self_review?: boolean;
  reviewers?: { type: "User" | "Team"; reviewer: { id: number } }[];
}

/** https://docs.github.com/rest/deployments/branch-policies */
interface BranchPolicies {
  branch_policies: { name: string; type?: string }[];
}

/** Whether GitHub protects the environment as the home stack's settings say. */
export async function releaseEnvironment(facts: Facts): Promise<Finding> {
  const { github, environment, homeSettings } = facts.subject;
  const { releaseReviewers, releaseTags, defaultBranch } = await homeSettings();
  const up = `pulumi up --refresh --stack ${homeEnvironment}`;
  const path = `${repositoryPath(facts)}/environments/${encodeURIComponent(environment.name)}`;
  const found = await github.get<GitHubEnvironment>(path, "Actions: read");
  if (!found) return wrong("there is none, and a job that names it would make one without protection", up);
  const refs = found.deployment_branch_policy?.custom_branch_policies
    ? await github.get<BranchPolicies>(`${path}/deployment-branch-policies?per_page=100`, "Actions: read")
    : undefined;
  const wanted = {
    reviewers: releaseReviewers ?? { users: [], teams: [] },
    branch: defaultBranch,
    tags: releaseTags,
  };
  const problems = protectionProblems(wanted, protectionOf(found, refs));
  return judged(
    problems.map((what) => ({ what, mend: up })),
    "approved by another one each time, for the default branch and the tags of releases alone",
  );
}

function protectionOf(
  { can_admins_bypass, protection_rules = [], deployment_branch_policy }: GitHubEnvironment,
  refs: BranchPolicies | undefined,
): FoundProtection {
  const rule = protection_rules.find(({ type }) => type === "required_reviewers");
  const ids = (wanted: "User" | "Team") =>
    (rule?.reviewers ?? []).filter(({ type }) => type === wanted).map(({ reviewer }) => reviewer.id);
  return {
    reviewers: [{ users: ids("User"), teams: ids("Team") }],
    preventSelfReview: rule?.prevent_self_review ?? false,
    ...(can_admins_bypass === undefined ? {} : { canAdminsBypass: can_admins_bypass }),
    ...(deployment_branch_policy && {
      deploymentBranchPolicy: {
        protectedBranches: deployment_branch_policy.protected_branches,
        customBranchPolicies: deployment_branch_policy.custom_branch_policies,
      },
    }),
    policies: (refs?.branch_policies ?? []).map(({ name, type = "branch" }) => ({ type, pattern: name })),
  };
}
