import { id, user, repositoryResource, type Links } from "../resources";
import type { Repository } from "../repository";

/** A pull request as the service keeps it. */
export interface PullRequest {
  id: number;
  number: number;
  /** `owner/name` of the repository that it is in, and of the one that its branch is in. */
  repository: string;
  headRepository: string;
  head: string;
  headSha: string;
  base: string;
  baseSha: string;
  title: string;
  body: string | null;
  draft: boolean;
  /** Login of its author. */
  login: string;
  state: "open" | "closed";
  /** Commit of the merge: a trial while it is open. None if it is in conflict. */
  mergeCommitSha: string | null;
  /** Number of files that it changes, all of them, where the list of them is cut. */
  changedFiles: number;
  mergedAt: string | null;
  mergedBy: string | null;
  closedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** The pull request as the REST API and events show it. */
export async function pullRequestResource(
  links: Links,
  pull: PullRequest,
  base: Repository,
  head: Repository,
) {
  const api = `${links.api}/repos/${pull.repository}`;
  const html = `${links.web}/${pull.repository}/pull/${pull.number}`;
  const merged = pull.mergedAt !== null;
  return {
    id: pull.id,
    number: pull.number,
    url: `${api}/pulls/${pull.number}`,
    html_url: html,
    issue_url: `${api}/issues/${pull.number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    state: pull.state,
    locked: false,
    title: pull.title,
    body: pull.body,
    user: user(links, pull.login),
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merged,
    merged_by: pull.mergedBy === null ? null : user(links, pull.mergedBy),
    merge_commit_sha: pull.mergeCommitSha,
    mergeable: pull.state === "open" ? pull.mergeCommitSha !== null : null,
    changed_files: pull.changedFiles,
    head: await side(links, head, pull.head, pull.headSha),
    base: await side(links, base, pull.base, pull.baseSha),
    author_association: "MEMBER",
  };
}

async function side(links: Links, repository: Repository, ref: string, sha: string) {
  const { owner } = repository;
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: { ...user(links, owner, "Organization"), id: id(owner) },
    repo: repository.exists() ? await repositoryResource(links, repository, "write") : null,
  };
}
