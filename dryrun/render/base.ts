import { mkdtempSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../command";
import { CouldNotCheck } from "../couldNotCheck";

/**
 * The folder with the repository as it is without the change.
 * @param base that folder, or a git reference of which the merge base with HEAD is taken.
 * @param folder where a checkout can go.
 * @throws CouldNotCheck if it is neither.
 */
export async function baseFolder(
  repository: string,
  base: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const path = resolve(repository, base);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  const git = (...args: string[]) => run("git", ["-C", repository, ...args], { signal });
  const found = await git("merge-base", "--end-of-options", base, "HEAD");
  if (found.exitCode !== 0) {
    throw new CouldNotCheck(
      `the base ${JSON.stringify(base)} is neither a folder nor a git reference that shares a commit with HEAD` +
        `${found.stderr.trim() ? `: ${found.stderr.trim()}` : ""}.`,
    );
  }
  const checkout = mkdtempSync(join(folder, "base-"));
  const archive = join(folder, "base.tar");
  const packed = await git("archive", "--format=tar", `--output=${archive}`, found.stdout.trim());
  const unpacked =
    packed.exitCode === 0 ? await run("tar", ["-xf", archive, "-C", checkout], { signal }) : packed;
  if (unpacked.exitCode !== 0) throw new CouldNotCheck(`the base cannot be read: ${unpacked.stderr.trim()}`);
  return checkout;
}
