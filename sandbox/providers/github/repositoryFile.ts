import { boolean, string, type Change } from "../schema";
import type { Values } from "../values";
import type { GitHub, GitHubResource } from "./provider";
import { replacedRepository } from "./replacedRepository";
import { GitHubError, unlessMissing } from "./rest";

interface Contents {
  type: string;
  content?: string;
  sha: string;
  url: string;
}

interface Commit {
  sha: string;
  commit: { message: string; committer: { name: string; email: string } };
}

/**
 * One file, one commit for each change. An update and a deletion send the blob's id from the state, so that GitHub
 * refuses to overwrite what somebody else committed since.
 * Rules: integrations/terraform-provider-github:github/resource_github_repository_file.go.
 */
export const repositoryFile: GitHubResource = {
  properties: {
    repository: string({ required: true }),
    file: string({ required: true, replaces: true }),
    content: string({ required: true }),
    branch: string({ computed: true, replaces: true }),
    commitMessage: string({ computed: true }),
    commitAuthor: string(),
    commitEmail: string(),
    overwriteOnCreate: boolean({ default: false }),
    commitSha: string({ output: true }),
    ref: string({ output: true }),
    repositoryId: string({ output: true }),
    sha: string({ output: true }),
  },
  replacesWhen: replacedRepository,
  isForgottenUnseen: true,
  async create(github, inputs) {
    const { repository, file } = inputs as { repository: string; file: string };
    const branch = await branchOf(github, inputs);
    const existing = await contents(github, repository, file, branch);
    if (existing && inputs.overwriteOnCreate !== true) {
      throw new Error(
        "refusing to overwrite existing file: configure `overwrite_on_create` to `true` to override",
      );
    }
    const commitMessage = inputs.commitMessage ?? `Add ${file}`;
    const commitSha = await put(github, { ...inputs, branch, commitMessage, sha: existing?.sha });
    return { id: fileId(repository, file, branch), state: { branch, commitSha } };
  },
  async read(github, id, prior) {
    const { repository, file, branch } = placeOf(id, prior);
    const found = await contents(github, repository, file, branch);
    if (!found) return undefined;
    const commit = await commitOf(github, repository, file, branch, prior.commitSha);
    const { id: repositoryId } = await github.rest.call<{ id: number }>("GET", repo(github, repository));
    return {
      repository,
      file,
      branch,
      content: Buffer.from(found.content ?? "", "base64").toString("utf8"),
      commitMessage: commit.commit.message,
      ...signature(prior, commit),
      overwriteOnCreate: prior.overwriteOnCreate ?? false,
      commitSha: commit.sha,
      ref: new URL(found.url).searchParams.get("ref") ?? branch,
      repositoryId: String(repositoryId),
      sha: found.sha,
    };
  },
  update: updateFile,
  async delete(github, id, state) {
    const { repository, file, branch } = placeOf(id, state);
    await unlessArchived(
      github.rest.call("DELETE", contentsPath(github, repository, file), {
        message: nextMessage(state, state, "Delete"),
        sha: state.sha,
        branch,
        ...authorOf(state),
      }),
    );
  },
  async import(github, given) {
    const { repository, file, branch } = parseId(given);
    const actual = branch || (await branchOf(github, { repository }));
    return { id: fileId(repository, file, actual), prior: {} };
  },
};

async function updateFile(github: GitHub, id: string, { prior, inputs }: Change): Promise<Values> {
  const { file, branch } = placeOf(id, prior);
  const repository = inputs.repository as string;
  const commitMessage = nextMessage(prior, inputs, "Update");
  return {
    commitSha: await put(github, { ...inputs, repository, file, branch, commitMessage, sha: prior.sha }),
  };
}

/** A file of an archived repository stays there, and the state forgets it (`handleArchivedRepoDelete` of util_repo.go). */
async function unlessArchived(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isArchived =
      error instanceof GitHubError && error.status === 403 && /archived/i.test(error.message);
    if (!isArchived) throw error;
  }
}

/** The message given, or the last one; only GitHub's "Add ..." of the creation is not repeated. */
function nextMessage(prior: Values, inputs: Values, verb: "Update" | "Delete"): unknown {
  const { file } = prior;
  const message = inputs.commitMessage ?? prior.commitMessage;
  return message === `Add ${String(file)}` ? `${verb} ${String(file)}` : message;
}

/** Commits a file and gives the commit's id. */
async function put(github: GitHub, values: Values): Promise<string> {
  const { repository, file, branch, content, commitMessage, sha } = values as Record<
    string,
    string | undefined
  >;
  const { commit } = await github.rest.call<{ commit: { sha: string } }>(
    "PUT",
    contentsPath(github, repository ?? "", file ?? ""),
    {
      message: commitMessage,
      content: Buffer.from(content ?? "", "utf8").toString("base64"),
      branch,
      sha,
      ...authorOf(values),
    },
  );
  return commit.sha;
}

/** @throws when only one of author and e-mail is given */
function authorOf({ commitAuthor, commitEmail }: Values): Values {
  if (!commitAuthor && !commitEmail) return {};
  if (!commitEmail) throw new Error("cannot set commit_author without setting commit_email");
  if (!commitAuthor) throw new Error("cannot set commit_email without setting commit_author");
  const author = { name: commitAuthor, email: commitEmail };
  return { author, committer: author };
}

/** The author is read back only where the program gave one and GitHub did not sign in its own name. */
function signature(prior: Values, { commit: { committer } }: Commit): Values {
  if (!prior.commitAuthor || !prior.commitEmail) return {};
  if (committer.name === "GitHub" || committer.email === "noreply@github.com") {
    return { commitAuthor: prior.commitAuthor, commitEmail: prior.commitEmail };
  }
  return { commitAuthor: committer.name, commitEmail: committer.email };
}

/** The branch given, which must exist, or the repository's default branch. */
async function branchOf(github: GitHub, { repository, branch }: Values): Promise<string> {
  const found = await github.rest.call<{ default_branch: string }>("GET", repo(github, repository as string));
  if (typeof branch !== "string" || branch === "") return found.default_branch;
  await mustHaveBranch(github, repository as string, branch);
  return branch;
}

/** What the provider's function tells of a file; undefined where there is none. */
export async function fileAt(github: GitHub, repository: string, file: string, given?: string) {
  const branch = given ?? (await branchOf(github, { repository }));
  const found = await contents(github, repository, file, branch);
  if (!found) return undefined;
  const { sha, commit } = await commitOf(github, repository, file, branch, undefined);
  return {
    content: Buffer.from(found.content ?? "", "base64").toString("utf8"),
    sha: found.sha,
    ref: branch,
    commitSha: sha,
    commitMessage: commit.message,
    commitAuthor: commit.committer.name,
    commitEmail: commit.committer.email,
  };
}

async function mustHaveBranch(github: GitHub, repository: string, branch: string): Promise<void> {
  const path = `${repo(github, repository)}/branches/${encodeURIComponent(branch)}`;
  if (!(await unlessMissing(github.rest.call("GET", path)))) {
    throw new Error(
      `branch ${branch} not found in repository ${github.owner}/${repository} or repository is not readable`,
    );
  }
}

async function contents(github: GitHub, repository: string, file: string, branch: string) {
  const path = `${contentsPath(github, repository, file)}?ref=${encodeURIComponent(branch)}`;
  const found = await unlessMissing(github.rest.call<Contents | Contents[]>("GET", path));
  return Array.isArray(found) ? undefined : found;
}

/** The commit known from the state, or the last one that touched the file. */
async function commitOf(github: GitHub, repository: string, file: string, branch: string, known: unknown) {
  const commits = `${repo(github, repository)}/commits`;
  if (typeof known === "string" && known !== "")
    return github.rest.call<Commit>("GET", `${commits}/${known}`);
  const query = new URLSearchParams({ sha: branch, path: file });
  const [last] = await github.rest.call<Commit[]>("GET", `${commits}?${query.toString()}`);
  if (!last) throw new Error(`cannot find file ${file} in repo ${github.owner}/${repository}`);
  return last;
}

function repo(github: GitHub, repository: string): string {
  return `repos/${github.owner}/${repository}`;
}

function contentsPath(github: GitHub, repository: string, file: string): string {
  return `${repo(github, repository)}/contents/${file.split("/").map(encodeURIComponent).join("/")}`;
}

/** A colon in a path is written `??`. */
function fileId(repository: string, file: string, branch: string): string {
  return [repository, file.replaceAll(":", "??"), branch].join(":");
}

/**
 * Where a file is by its state, else by its id: the id of one whose repository was renamed keeps the old name, because
 * Pulumi takes no new id from an update.
 */
function placeOf(id: string, state: Values): Place {
  const { repository, file, branch } = state;
  return typeof repository === "string" ? ({ repository, file, branch } as Place) : parseId(id);
}

interface Place {
  repository: string;
  file: string;
  branch: string;
}

function parseId(id: string): Place {
  const [repository, file, branch, ...rest] = id.split(":");
  if (!repository || !file || branch === undefined || rest.length > 0) {
    throw new Error(`invalid ID (${id}), expected <repository>:<file path>:<branch>`);
  }
  return { repository, file: file.replaceAll("??", ":"), branch };
}
