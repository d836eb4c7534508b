import { string } from "../schema";
import type { GitHub, GitHubResource } from "./provider";
import { GitHubError, unlessMissing } from "./rest";

interface Ref {
  ref: string;
  object: { sha: string };
}

/**
 * A branch, from where its source is when it is made. One that is there already is taken as it is.
 * Rules: integrations/terraform-provider-github:github/resource_github_branch.go.
 */
export const branch: GitHubResource = {
  properties: {
    repository: string({ required: true, replaces: true }),
    branch: string({ required: true }),
    sourceBranch: string({ default: "main", replaces: true }),
    sourceSha: string({ computed: true, replaces: true }),
    etag: string({ output: true }),
    ref: string({ output: true }),
    sha: string({ output: true }),
  },
  isForgottenUnseen: true,
  async create(github, inputs) {
    const { repository, branch: name, sourceBranch } = inputs as Record<string, string>;
    const sourceSha =
      inputs.sourceSha ?? (await getRef(github, repository ?? "", sourceBranch ?? "")).object.sha;
    try {
      await github.rest.call("POST", `repos/${github.owner}/${repository ?? ""}/git/refs`, {
        ref: `refs/heads/${name ?? ""}`,
        sha: sourceSha,
      });
    } catch (error) {
      if (!isThere(error)) throw error;
    }
    return { id: `${repository ?? ""}:${name ?? ""}`, state: { sourceSha } };
  },
  async read(github, id, prior) {
    const { repository, name } = parseId(id);
    const found = await unlessMissing(getRef(github, repository, name));
    if (!found) return undefined;
    return { ...prior, repository, branch: name, etag: "", ref: found.ref, sha: found.object.sha };
  },
  async delete(github, id) {
    const { repository, name } = parseId(id);
    await github.rest.call("DELETE", `repos/${github.owner}/${repository}/git/refs/heads/${name}`);
  },
};

/** The branch's ref; a branch that is not there is an error. */
export function getRef(github: GitHub, repository: string, name: string): Promise<Ref> {
  return github.rest.call<Ref>("GET", `repos/${github.owner}/${repository}/git/ref/heads/${name}`);
}

function isThere(error: unknown): boolean {
  return error instanceof GitHubError && error.message.endsWith("422 Reference already exists []");
}

function parseId(id: string): { repository: string; name: string } {
  const [repository = "", name = ""] = id.split(/:(.*)/s);
  return { repository, name };
}
