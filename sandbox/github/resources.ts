import { createHash } from "node:crypto";
import type { Environment } from "./context";
import type { Commit } from "./history";
import type { TreeEntry } from "./gitTree";
import type { Person, Repository } from "./repository";

export type Links = Environment["Variables"]["links"];

/** A number that stays the same for the same name, as GitHub's ids do. */
export function id(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE() >>> 1;
}

/** GitHub's id of a repository, which outlives its name. */
export function repositoryId(repository: Repository): number {
  return repository.facts.id ?? id(repository.fullName);
}

export const email = (login: string) => `${id(login)}+${login}@users.noreply.github.com`;

export function user(links: Links, login: string, type: "User" | "Organization" = "User") {
  return {
    login,
    id: id(login),
    node_id: nodeId(type, login),
    type,
    site_admin: false,
    url: `${links.api}/users/${login}`,
    html_url: `${links.web}/${login}`,
  };
}

export async function repositoryResource(links: Links, repository: Repository, role: "admin" | "write") {
  const { owner, name, fullName } = repository;
  return {
    id: repositoryId(repository),
    node_id: nodeId("Repository", String(repositoryId(repository))),
    name,
    full_name: fullName,
    owner: user(links, owner, "Organization"),
    private: true,
    visibility: "private",
    archived: repository.facts.archived ?? false,
    disabled: false,
    fork: false,
    default_branch: await repository.defaultBranch(),
    url: `${links.api}/repos/${fullName}`,
    html_url: `${links.web}/${fullName}`,
    clone_url: `${links.web}/${fullName}.git`,
    permissions: { admin: role === "admin", push: true, pull: true },
  };
}

const contentTypes: Record<string, string> = { "120000": "symlink", "160000": "submodule", "040000": "dir" };

/** A file or folder as the contents API lists it. */
export function contentResource(links: Links, repository: Repository, ref: string, entry: TreeEntry) {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  // The real provider reads the ref back out of `url`.
  const url = `${links.api}/repos/${repository.fullName}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === "tree" ? "trees" : "blobs";
  const git = `${links.api}/repos/${repository.fullName}/git/${kind}/${entry.sha}`;
  const page = (view: string) =>
    `${links.web}/${repository.fullName}/${view}/${encodeURIComponent(ref)}/${path}`;
  const html = page(entry.type === "tree" ? "tree" : "blob");
  return {
    type: contentTypes[entry.mode] ?? "file",
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: entry.type === "tree" ? null : page("raw"),
    _links: { self: url, git, html },
  };
}

/** A commit as git has it. */
export function gitCommit(links: Links, repository: Repository, commit: Commit) {
  const git = `${links.api}/repos/${repository.fullName}/git`;
  const html = `${links.web}/${repository.fullName}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${git}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${git}/commits/${sha}`, html_url: `${html}/${sha}` })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

/** A commit as the repository's history shows it, with the accounts of its people. */
export function commitResource(links: Links, repository: Repository, commit: Commit, logins: string[]) {
  const { sha, node_id, html_url, parents, ...git } = gitCommit(links, repository, commit);
  const url = `${links.api}/repos/${repository.fullName}/commits`;
  const account = (person: Person) => {
    const login = logins.find((candidate) => email(candidate) === person.email);
    return login === undefined ? null : user(links, login);
  };
  return {
    sha,
    node_id,
    commit: { ...git, comment_count: 0 },
    url: `${url}/${sha}`,
    html_url,
    comments_url: `${url}/${sha}/comments`,
    author: account(commit.author),
    committer: account(commit.committer),
    parents: parents.map((parent) => ({ ...parent, url: `${url}/${parent.sha}` })),
  };
}

function nodeId(type: string, name: string): string {
  return Buffer.from(`${type}:${name}`).toString("base64");
}
