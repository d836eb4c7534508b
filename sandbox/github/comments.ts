import { id, user, type Links } from "./resources";

/** Characters of a comment: https://github.com/orgs/community/discussions/27190 */
export const bodyLimit = 65_536;

/** A comment on a pull request. */
export interface Comment {
  id: number;
  repository: string;
  /** Number of the pull request. */
  issue: number;
  login: string;
  body: string;
  createdAt: string;
  updatedAt: string;
}

/** https://docs.github.com/rest/issues/comments */
export function commentResource(links: Links, comment: Comment) {
  const api = `${links.api}/repos/${comment.repository}/issues`;
  return {
    id: comment.id,
    node_id: Buffer.from(`IssueComment:${comment.id}`).toString("base64"),
    url: `${api}/comments/${comment.id}`,
    issue_url: `${api}/${comment.issue}`,
    html_url: `${links.web}/${comment.repository}/pull/${comment.issue}#issuecomment-${comment.id}`,
    user: author(links, comment.login),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: "MEMBER",
    performed_via_github_app: isBot(comment.login)
      ? { slug: "github-actions", id: id("github-actions") }
      : null,
  };
}

function author(links: Links, login: string) {
  return isBot(login) ? { ...user(links, login), type: "Bot" } : user(links, login);
}

const isBot = (login: string) => login.endsWith("[bot]");
