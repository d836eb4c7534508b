import { connect, pages, unlessAbsent, type Connection } from "../../github/connection";

/** A published release. */
export interface Release {
  id: number;
  tag: string;
  /** In milliseconds since 1970 by GitHub's clock. */
  publishedAt: number;
}

/** A pull request that was merged. */
export interface MergedPullRequest {
  number: number;
  /** Its newest commit. */
  head: string;
  /** Its branch. */
  branch: string;
  /** The commit that it became on the default branch. */
  mergeCommit: string;
}

/** Pages of 100 pull requests that are looked through, the newest first. */
const mostPages = 5;

/** What the jobs of a release need of GitHub's API beside comments and runs. Everything can throw what GitHub answers. */
export interface ReleaseGitHub {
  /** The published releases, the newest first. */
  releases(): Promise<Release[]>;
  /** The text of a release; undefined if there is no such release. */
  textOf(release: number): Promise<string | undefined>;
  setText(release: number, text: string): Promise<void>;
  /** Merged pull requests of a branch, those first that were opened last, as far as they are looked through. */
  mergedInto(branch: string): Promise<MergedPullRequest[]>;
}

export function connectReleases(connection: Connection): ReleaseGitHub {
  const { api, here } = connect(connection);
  return {
    releases: async () => {
      const all = await pages(async (page) => {
        const { data } = await api("GET /repos/{owner}/{repo}/releases", { ...here, per_page: 100, page });
        return data;
      }, mostPages);
      return all
        .filter(({ draft }) => !draft)
        .map(({ id, tag_name, published_at }) => ({
          id,
          tag: tag_name,
          publishedAt: Date.parse(published_at ?? ""),
        }))
        .sort((one, other) => other.publishedAt - one.publishedAt);
    },

    textOf: (release_id) =>
      unlessAbsent(async () => {
        const { data } = await api("GET /repos/{owner}/{repo}/releases/{release_id}", {
          ...here,
          release_id,
        });
        return data.body ?? "";
      }),

    setText: async (release_id, body) => {
      await api("PATCH /repos/{owner}/{repo}/releases/{release_id}", { ...here, release_id, body });
    },

    mergedInto: async (base) => {
      const all = await pages(async (page) => {
        const filter = { state: "closed" as const, base, per_page: 100, page };
        const { data } = await api("GET /repos/{owner}/{repo}/pulls", { ...here, ...filter });
        return data;
      }, mostPages);
      return all.flatMap(({ number, head, merged_at, merge_commit_sha }) =>
        merged_at && merge_commit_sha
          ? [{ number, head: head.sha, branch: head.ref, mergeCommit: merge_commit_sha }]
          : [],
      );
    },
  };
}
