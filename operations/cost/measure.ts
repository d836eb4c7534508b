import picomatch from "picomatch";
import { manifestFolders } from "../../committed/filters";
import { actionFolder } from "../../committed/paths";
import type { Environment } from "../../stacks/environments";
import { Git } from "./git";
import type { Measured } from "./readInputs";

/** Days of history that are looked at. */
const days = 90;

/** Days of a month, on average. */
const daysOfMonth = 365.25 / 12;

/** What each kind of merge leaves at GitHub: `Merge pull request #1 from ...`, or `... (#1)` after a squash. */
const mergedPullRequest = /^Merge pull request #(\d+) from |\(#(\d+)\)$/;

/**
 * Measures what a clone of the target repository tells, with its default branch checked out.
 * @throws Error if it is no clone, or git fails
 */
export async function measure(folder: string, environments: Environment[]): Promise<Measured> {
  const git = new Git(folder);
  const checked = environments.filter(({ active, runner }) => active && runner !== undefined);
  const pullRequests = measurePullRequests(git, checked);
  const folders = [...new Set([actionFolder, ...checked.flatMap(manifestFolders)])];
  return {
    touched: pullRequests.touched,
    numbers: {
      ...pullRequests.numbers,
      checkoutGb: (await fetchedBytes(git, () => true)) / 1e9,
      runnerCheckoutGb: (2 * (await fetchedBytes(git, within(folders)))) / 1e9,
    },
    how: {
      ...pullRequests.how,
      checkoutGb: "measured: size of a pack of the newest commit with all its files",
      runnerCheckoutGb:
        "measured: twice (change and base) the size of a pack of the newest commit, its folders and the manifests",
    },
  };
}

function measurePullRequests(git: Git, environments: Environment[]): Measured {
  const merges = mergedPullRequests(git);
  if (merges.length === 0) return { numbers: {}, touched: {}, how: {} };
  const changed = merges.map((commit) =>
    git.read(["diff", "--name-only", "-z", `${commit}^1`, commit]).split("\0"),
  );
  const share = ({ name, paths }: Environment) => {
    const touches = picomatch(paths, { dot: true });
    return [name, changed.filter((files) => files.some((file) => touches(file))).length / merges.length];
  };
  return {
    numbers: { prs: (merges.length / days) * daysOfMonth },
    touched: Object.fromEntries(environments.map(share)) as Record<string, number>,
    how: {
      prs: `measured: ${String(merges.length)} merged in the ${String(days)} days before the newest commit`,
      touched: "measured: share of those pull requests whose files match the environment's paths",
    },
  };
}

/** Commits of the branch that merged a pull request, one for each. */
function mergedPullRequests(git: Git): string[] {
  const newest = Number(git.read(["log", "-1", "--format=%ct"]));
  const since = newest - days * 24 * 60 * 60;
  const commits = new Map<string, string>();
  for (const entry of git.read(["log", "--first-parent", "--format=%H%x09%P%x09%ct%x09%s"]).split("\n")) {
    const [commit = "", parents = "", time = "", ...subject] = entry.split("\t");
    const match = mergedPullRequest.exec(subject.join("\t"));
    const number = match?.[1] ?? match?.[2];
    if (number !== undefined && parents !== "" && Number(time) > since) commits.set(number, commit);
  }
  return [...commits.values()];
}

/** Whether a file is below one of the folders. Folders themselves are always fetched. */
function within(folders: string[]) {
  return (type: string, path: string) =>
    type === "tree" || folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Size of a pack of the newest commit and of what is wanted of its tree, as a fetch of it alone transfers it. */
async function fetchedBytes(git: Git, wanted: (type: string, path: string) => boolean): Promise<number> {
  const entries = git.read(["ls-tree", "-r", "-t", "-z", "--full-tree", "HEAD"]).split("\0").filter(Boolean);
  const objects = entries.flatMap((entry) => {
    const [attributes = "", path = ""] = entry.split(/\t(.*)/s);
    const [, type = "", id = ""] = attributes.split(" ");
    // A commit in a tree is a submodule: it is not fetched.
    return type !== "commit" && wanted(type, path) ? [id] : [];
  });
  const roots = git.read(["rev-parse", "HEAD", "HEAD^{tree}"]).trimEnd().split("\n");
  return git.packSize([...roots, ...objects]);
}
