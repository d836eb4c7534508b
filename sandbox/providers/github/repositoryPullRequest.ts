import { boolean, list, number, string } from "../schema";
import type { GitHub, GitHubResource } from "./provider";

/** A pull request as GitHub answers. */
export interface PullRequest {
  number: number;
  state: string;
  title: string;
  body: string | null;
  draft: boolean;
  created_at: string;
  updated_at: string;
  user: { login: string };
  head: { ref: string; sha: string; repo: { name: string; owner: { login: string } } | null };
  base: { ref: string; sha: string };
}

/**
 * A pull request. One that is merged stays as it is, whatever is committed to its branch; deleting closes one that the
 * state says is open.
 * Rules: integrations/terraform-provider-github:github/resource_github_repository_pull_request.go.
 */
export const repositoryPullRequest: GitHubResource = {
  properties: {
    owner: string({ replaces: true }),
    baseRepository: string({ required: true, replaces: true }),
    baseRef: string({ required: true }),
    headRef: string({ required: true, replaces: true }),
    title: string({ required: true }),
    body: string(),
    maintainerCanModify: boolean({ default: false }),
    baseSha: string({ output: true }),
    draft: boolean({ output: true }),
    headSha: string({ output: true }),
    labels: list(string(), { output: true }),
    number: number({ output: true }),
    openedAt: number({ output: true }),
    openedBy: string({ output: true }),
    state: string({ output: true }),
    updatedAt: number({ output: true }),
  },
  async create(github, inputs) {
    const { baseRepository, headRef, baseRef, title, body } = inputs as Record<string, string>;
    const owner = (inputs.owner as string | undefined) ?? github.owner;
    const made = await github.rest.call<PullRequest>("POST", `repos/${owner}/${baseRepository ?? ""}/pulls`, {
      title,
      head: owner === github.owner ? headRef : `${github.owner}:${headRef ?? ""}`,
      base: baseRef,
      body: body ?? "",
      maintainer_can_modify: inputs.maintainerCanModify ?? false,
    });
    return { id: `${owner}:${baseRepository ?? ""}:${String(made.number)}` };
  },
  // One that is not there is an error here, and does not leave the state.
  async read(github, id, prior) {
    const { path, baseRepository } = parseId(id);
    const found = await github.rest.call<PullRequest>("GET", path);
    return {
      ...prior,
      baseRepository,
      ...stateOf(found),
      labels: [],
      maintainerCanModify: false,
    };
  },
  async update(github, id, { inputs, changes }) {
    await github.rest.call("PATCH", parseId(id).path, {
      title: inputs.title,
      body: inputs.body ?? "",
      maintainer_can_modify: inputs.maintainerCanModify ?? false,
      ...(changes("baseRef") ? { base: inputs.baseRef } : {}),
    });
  },
  async delete(github, id, state) {
    if (state.state !== "open") return;
    await github.rest.call("PATCH", parseId(id).path, { state: "closed" });
  },
  import: (_: GitHub, given) => Promise.resolve({ id: given, prior: {} }),
};

/** What the provider tells of a pull request, alone and in a list. */
export function stateOf(found: PullRequest) {
  return {
    number: found.number,
    headRef: found.head.ref,
    headSha: found.head.sha,
    baseRef: found.base.ref,
    baseSha: found.base.sha,
    body: found.body ?? "",
    title: found.title,
    draft: found.draft,
    state: found.state,
    openedAt: Date.parse(found.created_at) / 1000,
    updatedAt: Date.parse(found.updated_at) / 1000,
    openedBy: found.user.login,
  };
}

function parseId(id: string) {
  const [owner, baseRepository, pullNumber] = id.split(":");
  if (!owner || !baseRepository || !/^\d+$/.test(pullNumber ?? ""))
    throw new Error(`invalid ID (${id}), expected <owner>:<base repository>:<number>`);
  return { baseRepository, path: `repos/${owner}/${baseRepository}/pulls/${pullNumber ?? ""}` };
}
