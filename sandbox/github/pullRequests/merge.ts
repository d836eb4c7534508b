import { checksOf } from "../actions/resources";
import { timestamp } from "../clock";
import type { GitHubContext } from "../context";
import { protectionKey } from "../protection";
import { Refusal } from "../refusal";
import { email } from "../resources";
import type { PullRequest } from "./pullRequest";

/** How to merge. */
export interface Merging {
  /** The head that the caller saw. */
  sha?: string;
  squash: boolean;
  title?: string;
  message?: string;
}

/** Conclusions that satisfy a required check: https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks */
const satisfying = ["success", "skipped", "neutral"];

/**
 * Merges a pull request into its base branch.
 *
 * @returns the commit that the base branch is at then
 * @throws Refusal 405 or 409 in GitHub's words
 */
export async function mergePullRequest(
  c: GitHubContext,
  pull: PullRequest,
  merging: Merging,
): Promise<string> {
  const { repository, service, token } = c.var;
  await service.pullRequests.follow();
  if (pull.state !== "open" || pull.mergeCommitSha === null || pull.draft)
    throw new Refusal(405, "Pull Request is not mergeable");
  if (merging.sha !== undefined && merging.sha !== pull.headSha)
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  requireMerging(c, pull);
  const date = timestamp(service.clock);
  const author = { name: token.login, email: email(token.login), date };
  const title =
    merging.title ??
    `Merge pull request #${pull.number} from ${pull.headRepository.split("/")[0]}/${pull.head}`;
  const sha = await repository.commitTree(
    `${pull.mergeCommitSha}^{tree}`,
    merging.squash ? [pull.baseSha] : [pull.baseSha, pull.headSha],
    { message: `${title}\n\n${merging.message ?? pull.title}\n`, author, committer: author },
  );
  await repository.moveRef(`refs/heads/${pull.base}`, pull.baseSha, sha);
  await service.pullRequests.merged(pull, token.login, sha);
  return sha;
}

/** A missing check counts as one that is still to come. */
function requireMerging(c: GitHubContext, pull: PullRequest): void {
  const { repository, service, state, token } = c.var;
  const protection = state.protections[protectionKey(repository.fullName, pull.base)];
  if (protection === undefined || (token.role === "admin" && !protection.enforce_admins)) return;
  const checks = checksOf(service.actions.runsOf(repository.fullName), pull.headSha);
  const problems = (protection.required_status_checks?.contexts ?? []).flatMap((name) => {
    const conclusion = checks.find(({ job }) => job.name === name)?.job.conclusion ?? null;
    if (conclusion === null) return [`Required status check "${name}" is expected.`];
    return satisfying.includes(conclusion) ? [] : [`Required status check "${name}" is failing.`];
  });
  if (protection.required_pull_request_reviews !== null)
    problems.push("At least 1 approving review is required by reviewers with write access.");
  if (problems.length > 0) throw new Refusal(405, problems.join(" "));
}
