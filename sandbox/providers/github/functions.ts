import { boolean, string, type FunctionType } from "../schema";
import { getRef } from "./branch";
import type { GitHub } from "./provider";
import { fileAt } from "./repositoryFile";
import { stateOf, type PullRequest } from "./repositoryPullRequest";

/** A repository, without what needs more than reading rights. */
export const getRepository: FunctionType<GitHub> = {
  args: { fullName: string(), name: string() },
  async call(github, args) {
    const [owner, name] =
      typeof args.fullName === "string"
        ? args.fullName.split("/")
        : [github.owner, args.name as string | undefined];
    if (!owner || !name) throw new Error("one of fullName and name must be given");
    const found = await github.rest.call<Repository>("GET", `repos/${owner}/${name}`);
    return {
      archived: found.archived,
      defaultBranch: found.default_branch,
      description: found.description ?? "",
      fullName: found.full_name,
      htmlUrl: found.html_url,
      httpCloneUrl: found.clone_url,
      id: found.name,
      name: found.name,
      nodeId: found.node_id,
      private: found.private,
      repoId: found.id,
      visibility: found.visibility ?? (found.private ? "private" : "public"),
    };
  },
};

/** A branch and the commit that it is at. */
export const getBranch: FunctionType<GitHub> = {
  args: { branch: string({ required: true }), repository: string({ required: true }) },
  async call(github, args) {
    const { branch, repository } = args as { branch: string; repository: string };
    const { object } = await getRef(github, repository, branch);
    return {
      branch,
      etag: "",
      id: `${repository}:${branch}`,
      ref: `refs/heads/${branch}`,
      repository,
      sha: object.sha,
    };
  },
};

/** A file of a branch. What the real one makes of a file that is not there is not known: it is an error here. */
export const getRepositoryFile: FunctionType<GitHub> = {
  args: { branch: string(), file: string({ required: true }), repository: string({ required: true }) },
  async call(github, args) {
    const { branch, file, repository } = args as { branch?: string; file: string; repository: string };
    const found = await fileAt(github, repository, file, branch);
    if (!found) throw new Error(`the sandbox has no answer for ${file}, which is not in ${repository}`);
    return {
      ...found,
      ...(branch === undefined ? {} : { branch }),
      file,
      repository,
      id: `${repository}/${file}`,
    };
  },
};

/** What a tree has, at once or with all that is below it. */
export const getTree: FunctionType<GitHub> = {
  args: {
    recursive: boolean({ default: false }),
    repository: string({ required: true }),
    treeSha: string({ required: true }),
  },
  async call(github, args) {
    const { repository, treeSha, recursive } = args as {
      repository: string;
      treeSha: string;
      recursive: boolean;
    };
    const path = `repos/${github.owner}/${repository}/git/trees/${treeSha}${recursive ? "?recursive=1" : ""}`;
    const found = await github.rest.call<Tree>("GET", path);
    const entries = found.tree.map(({ path: name, mode, type, size, sha }) => ({
      path: name,
      mode,
      type,
      size: size ?? 0,
      sha,
    }));
    return { entries, id: found.sha, recursive, repository, treeSha };
  },
};

/** Pull requests of a repository, the oldest first. */
export const getRepositoryPullRequests: FunctionType<GitHub> = {
  args: {
    baseRepository: string({ required: true }),
    baseRef: string(),
    headRef: string(),
    owner: string(),
    sortBy: string({ default: "created" }),
    sortDirection: string({ default: "asc", oneOf: ["asc", "desc"] }),
    state: string({ default: "open", oneOf: ["open", "closed", "all"] }),
  },
  async call(github, args) {
    const { baseRepository, baseRef, headRef, owner, sortBy, sortDirection, state } = args as Record<
      string,
      string
    >;
    const query = new URLSearchParams({
      state: state ?? "",
      ...(headRef ? { head: headRef } : {}),
      ...(baseRef ? { base: baseRef } : {}),
      sort: sortBy ?? "",
      direction: sortDirection ?? "",
      per_page: "100",
    });
    const path = `repos/${owner ?? github.owner}/${baseRepository ?? ""}/pulls`;
    const results: ReturnType<typeof listed>[] = [];
    for (let page = 1; ; page++) {
      const found = await github.rest.call<PullRequest[]>(
        "GET",
        `${path}?${query.toString()}&page=${String(page)}`,
      );
      results.push(...found.map(listed));
      if (found.length < 100) return { ...args, id: path, results };
    }
  },
};

/**
 * An organisation, without its members and repositories. Its plan is shown to some tokens only.
 * Rules: integrations/terraform-provider-github:github/data_source_github_organization.go.
 */
export const getOrganization: FunctionType<GitHub> = {
  args: { name: string({ required: true }), summaryOnly: boolean() },
  async call(github, args) {
    const { name } = args as { name: string };
    const found = await github.rest.call<{ id: number; login: string; plan?: { name: string } }>(
      "GET",
      `orgs/${name}`,
    );
    return {
      id: String(found.id),
      login: found.login,
      name: found.login,
      orgname: found.login,
      plan: found.plan?.name ?? "",
    };
  },
};

/** A pull request whose fork is gone has no repository. */
function listed(pull: PullRequest) {
  const { head } = pull;
  return {
    ...stateOf(pull),
    headOwner: head.repo?.owner.login ?? "",
    headRepository: head.repo?.name ?? "",
    labels: [],
    maintainerCanModify: false,
  };
}

interface Tree {
  sha: string;
  tree: { path: string; mode: string; type: string; size?: number; sha: string }[];
}

interface Repository {
  id: number;
  node_id?: string;
  name: string;
  full_name: string;
  private: boolean;
  archived: boolean;
  visibility?: string;
  description?: string | null;
  html_url: string;
  clone_url: string;
  default_branch: string;
}
