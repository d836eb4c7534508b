import type { Person, Repository } from "./repository";

/** A commit of the repository's history. */
export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  message: string;
}

/** What a commit did to one file. */
export interface ChangedFile {
  filename: string;
  status: "added" | "modified" | "removed" | "renamed";
  /** Only of a renamed file. */
  previous_filename?: string;
  sha: string;
  additions: number;
  deletions: number;
  changes: number;
}

const fieldSeparator = "\x1f";
const format = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"].join("%x1f");

/**
 * Commits from `start` back, newest first.
 *
 * @param path only those that changed this file or folder
 */
export async function commits(repository: Repository, start: string, path?: string): Promise<Commit[]> {
  const paths = path === undefined || path === "" ? [] : ["--", `:(literal)${path}`];
  const output = await repository.git(["log", "-z", `--format=${format}`, start, ...paths]);
  return output
    .split("\0")
    .filter((line) => line !== "")
    .map(parseCommit);
}

/** One commit. */
export async function commit(repository: Repository, sha: string): Promise<Commit> {
  return parseCommit(await repository.git(["log", "-1", `--format=${format}`, sha]));
}

/** What a commit changed against its first parent. */
export async function changedFiles(repository: Repository, sha: string): Promise<ChangedFile[]> {
  const diff = [
    "diff-tree",
    "--root",
    "-r",
    "-z",
    "--no-renames",
    "--no-commit-id",
    "--diff-merges=first-parent",
  ];
  const raw = (await repository.git([...diff, "--raw", sha])).split("\0");
  const lines = (await repository.git([...diff, "--numstat", sha])).split("\0").filter((line) => line !== "");
  return lines.map((line, position) => {
    const [added = "", deleted = "", filename = ""] = line.split("\t");
    const [, , before = "", after = "", letter = ""] = (raw[2 * position] ?? "").split(" ");
    // Binary files have "-" for both numbers.
    const additions = Number(added) || 0;
    const deletions = Number(deleted) || 0;
    const status = letter === "A" ? "added" : letter === "D" ? "removed" : "modified";
    const blob = status === "removed" ? before : after;
    return { filename, status, sha: blob, additions, deletions, changes: additions + deletions };
  });
}

/** What `head` changed since it left `base`, as the files of a pull request. */
export async function comparedFiles(
  repository: Repository,
  base: string,
  head: string,
): Promise<ChangedFile[]> {
  const diff = ["diff-tree", "-r", "-z", "-M", "--merge-base", base, head];
  const raw = (await repository.git([...diff, "--raw"])).split("\0");
  const numbers = (await repository.git([...diff, "--numstat"])).split("\0");
  const files: ChangedFile[] = [];
  let at = 0;
  let line = 0;
  while ((raw[at] ?? "") !== "") {
    const [, , before = "", after = "", letter = ""] = (raw[at] ?? "").split(" ");
    const renamed = letter.startsWith("R");
    const [first = "", second = ""] = raw.slice(at + 1, at + 3);
    const [added, deleted] = (numbers[line] ?? "").split("\t");
    const [additions, deletions] = [Number(added) || 0, Number(deleted) || 0];
    files.push({
      filename: renamed ? second : first,
      status: renamed ? "renamed" : letter === "A" ? "added" : letter === "D" ? "removed" : "modified",
      ...(renamed ? { previous_filename: first } : {}),
      sha: letter === "D" ? before : after,
      additions,
      deletions,
      changes: additions + deletions,
    });
    at += renamed ? 3 : 2;
    line += renamed ? 3 : 1;
  }
  return files;
}

function parseCommit(line: string): Commit {
  const [sha = "", tree = "", parents = "", ...rest] = line.split(fieldSeparator);
  const [authorName = "", authorEmail = "", authorTime, name = "", email = "", time, ...message] = rest;
  return {
    sha,
    tree,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    author: { name: authorName, email: authorEmail, date: isoDate(authorTime) },
    committer: { name, email, date: isoDate(time) },
    message: message.join(fieldSeparator).trimEnd(),
  };
}

function isoDate(seconds: string | undefined): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
