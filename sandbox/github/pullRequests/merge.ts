import { checksOf } from "../actions/resources";
import { timestamp } from "../clock";
import type { GitHubContext } from "../context";
import { protectionKey } from "../protection";
import { Refusal } from "../refusal";
import { email } from "../resources";
import { satisfying, violations } from "../rulesets/violations";
import type { PullRequest } from "./pullRequest";

/** How to merge. */
export interface Merging {
  /** The head that the caller saw. */
  sha?: string;
  squash: boolean;
  title?: string;
  message?: string;
}

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
  await requireMerging(c, pull);
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
  await deleteHeadBranch(c, pull);
  return sha;
}

/** https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-the-automatic-deletion-of-branches */
async function deleteHeadBranch(c: GitHubContext, pull: PullRequest): Promise<void> {
  const { repository, state } = c.var;
  if (!state.repositories[repository.fullName]?.delete_branch_on_merge) return;
  if (pull.headRepository !== pull.repository) return;
  await repository.deleteRef(`refs/heads/${pull.head}`, pull.headSha);
}

/** A missing check counts as one that is still to come. */
async function requireMerging(c: GitHubContext, pull: PullRequest): Promise<void> {
  const { repository, service, state, token } = c.var;
  const { fullName } = repository;
  const checks = checksOf(service.actions.runsOf(fullName), pull.headSha);
  const conclusionOf = (name: string) =>
    checks.find(({ job }) => job.name === name)?.job.conclusion ?? undefined;
  const isDefaultBranch = pull.base === (await repository.defaultBranch());
  const said = violations(
    state,
    { fullName, ref: `refs/heads/${pull.base}`, isDefaultBranch, token },
    { kind: "merge", conclusionOf },
  );
  if (said !== undefined) throw new Refusal(405, said);

  const protection = state.protections[protectionKey(fullName, pull.base)];
  if (protection === undefined || (token.role === "admin" && !protection.enforce_admins)) return;
  const problems = (protection.required_status_checks?.contexts ?? []).flatMap((name) => {
    const conclusion = conclusionOf(name);
    if (conclusion === undefined) return [`Required status check "${name}" is expected.`];
    return satisfying.includes(conclusion) ? [] : [`Required status check "${name}" is failing.`];
  });
  if (protection.required_pull_request_reviews !== null)
    problems.push("At least 1 approving review is required by reviewers with write access.");
  if (problems.length > 0) throw new Refusal(405, problems.join(" "));
}
