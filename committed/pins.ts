import type { Scalar } from "yaml";
import { remarked } from "./yamlText";

/**
 * The actions of others that the workflow uses: the commit of a node24 release, and its version as a comment.
 * Compared with the tags of their repositories on 2026-11-23, of the credentials' action on 2026-11-26.
 */
export const pinnedActions = {
  checkout: {
    action: "actions/checkout",
    commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    version: "v7.0.1",
  },
  pathsFilter: {
    action: "dorny/paths-filter",
    commit: "7b450fff21473bca461d4b92ce414b9d0420d706",
    version: "v4.0.2",
  },
  configureAwsCredentials: {
    action: "aws-actions/configure-aws-credentials",
    commit: "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    version: "v6.2.3",
  },
};

/** The value of `uses` for a pinned action. */
export function uses({
  action,
  commit,
  version,
}: {
  action: string;
  commit: string;
  version: string;
}): Scalar<string> {
  return remarked(`${action}@${commit}`, version);
}

/** The value of `uses` for an action of the repository itself, from the files that the job has checked out. */
export function usesOwn(folder: string): Scalar<string> {
  return remarked(`./${folder}`, "zizmor: ignore[self-repository] actionlint 1.7.12 does not know $/");
}
