import { string, type FunctionType } from "../schema";
import type { GitHub } from "./provider";

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
    const path = `repos/${github.owner}/${repository}/branches/${encodeURIComponent(branch)}`;
    const { commit } = await github.rest.call<{ commit: { sha: string } }>("GET", path);
    return {
      branch,
      etag: "",
      id: `${repository}:${branch}`,
      ref: `refs/heads/${branch}`,
      repository,
      sha: commit.sha,
    };
  },
};

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
