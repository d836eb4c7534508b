import { createHash } from "node:crypto";
import { gitBlob } from "../committed/gitBlob";
import type { CommittedFile } from "../committed/files";

/** Git's names of the files of a branch, by path. */
export type Blobs = ReadonlyMap<string, string>;

/** Those of the files that a branch does not have as they are wanted. */
export function notDelivered(files: CommittedFile[], branch: Blobs): CommittedFile[] {
  return files.filter(({ path, content }) => branch.get(path) !== gitBlob(content));
}

/**
 * The files that a pull request has to hold: those that the base branch does not have as they are wanted, and those
 * that its own branch has changed already, which may have to change back.
 */
export function pullRequestFiles(files: CommittedFile[], base: Blobs, head: Blobs = base): CommittedFile[] {
  return files.filter(
    ({ path, content }) => base.get(path) !== gitBlob(content) || base.get(path) !== head.get(path),
  );
}

/**
 * Name of the branch of a pull request, after what the base branch has of the files: it stays the same for as long as
 * the pull request is open, whatever the program wants by then, and is another one when it has been merged. The resource
 * of a merged pull request never opens a new one, so the next change needs a new name.
 */
export function headBranch(files: CommittedFile[], base: Blobs): string {
  const lines = files.map(({ path }) => `${path} ${base.get(path) ?? "-"}\n`).sort();
  return `eks-dryrun-runner-${createHash("sha256").update(lines.join("")).digest("hex").slice(0, 8)}`;
}

/** The same for a further pull request, after one that was closed without being merged, or whose merge was reverted. */
export function furtherBranch(branch: string, attempt: number): string {
  return attempt === 1 ? branch : `${branch}-${String(attempt)}`;
}

/** Whether a branch is of pull requests over the same base. */
export function isBranchOf(branch: string, name: string): boolean {
  return name === branch || (name.startsWith(`${branch}-`) && /^\d+$/.test(name.slice(branch.length + 1)));
}
