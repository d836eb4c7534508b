import { gitBlob } from "../../committed/gitBlob";
import type { MockWorld } from "../pulumiMocks";

/** Files of a branch: their texts by path. */
export type MockFiles = Record<string, string>;

/** A pull request of the mocked target repository into its default branch `main`. */
export interface MockPullRequest {
  number: number;
  headRef: string;
  state: "open" | "closed";
  headOwner?: string;
}

/** What the mocked target repository has. */
export interface MockTarget {
  /** Of the default branch. */
  files: MockFiles;
  /** Of other branches, by name. */
  heads: Record<string, MockFiles>;
  pullRequests: MockPullRequest[];
  /** The function that fails, by its token. @default none */
  fails?: string;
}

/** The functions that look at the target repository. */
export function targetFunctions(target: MockTarget): MockWorld["functions"] {
  type Args = Record<string, string>;
  const commit = (branch: string) => `commit of ${branch}`;
  const filesOf = (sha: string) =>
    sha === commit("main") ? target.files : (target.heads[sha.replace("commit of ", "")] ?? {});
  const functions: MockWorld["functions"] = {
    "github:index/getBranch:getBranch": ({ branch = "" }: Args) => ({ sha: commit(branch) }),
    "github:index/getTree:getTree": ({ treeSha = "" }: Args) => ({ entries: entriesOf(treeSha, filesOf) }),
    "github:index/getRepositoryFile:getRepositoryFile": ({ file = "" }: Args) => ({
      content: target.files[file],
    }),
    "github:index/getRepositoryPullRequests:getRepositoryPullRequests": ({ headRef, state }: Args) => ({
      results: target.pullRequests
        .map((pull) => ({
          headOwner: "example-org",
          headSha: commit(pull.headRef),
          ...pull,
        }))
        .filter((pull) => pull.state === state)
        .filter((pull) => headRef === undefined || `${pull.headOwner}:${pull.headRef}` === headRef),
    }),
  };
  return Object.fromEntries(
    Object.entries(functions).map(([token, answer]) => [
      token,
      (args: Args) => {
        if (token === target.fails)
          throw Object.assign(new Error(), { details: "GET https://api.github.com/: 500 Server Error []" });
        return answer(args);
      },
    ]),
  );
}

/** Entries of a commit's root, or of a folder in it, which goes by `<commit>:<folder>`. */
function entriesOf(sha: string, filesOf: (commit: string) => MockFiles) {
  const [commit = "", folder] = sha.split(/:(.*)/s);
  const files = Object.entries(filesOf(commit));
  if (folder === undefined) {
    const tops = new Set(files.map(([path]) => path.split("/", 1)[0] ?? ""));
    return [...tops].map((path) => ({ path, type: "tree", sha: `${commit}:${path}` }));
  }
  return files
    .filter(([path]) => path.startsWith(`${folder}/`))
    .map(([path, text]) => ({ path: path.slice(folder.length + 1), type: "blob", sha: gitBlob(text) }));
}
