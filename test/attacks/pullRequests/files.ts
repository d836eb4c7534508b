import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { Sandbox } from "../../../sandbox/testing";

/** Where a link leads. */
export interface Link {
  link: string;
}

/** Files of a change by path: their content, where a link leads, or undefined for one that goes. */
export type Files = Record<string, string | Buffer | Link | undefined>;

/** Writes a change into a clone. */
export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const place = join(folder, path);
    await rm(place, { recursive: true, force: true });
    if (content === undefined) continue;
    await mkdir(dirname(place), { recursive: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) await writeFile(place, content);
    else await symlink(content.link, place);
  }
}

/** Commits to a branch, past its protection, as the program and its operators may; makes the branch if need be. @returns the commit */
export async function commitTo(
  sandbox: Sandbox,
  branch: string,
  files: Files,
  repository = sandbox.folder.targetRepository(),
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "commit-"));
  const env = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const person = ["-c", "user.name=Operator", "-c", "user.email=operator@example.com"];
  const git = (...args: string[]) => execa("git", args, { cwd: folder, env });
  try {
    await git("clone", "--quiet", repository, ".");
    await writeFiles(folder, files);
    await git("add", "--all");
    // It may have just these files already.
    await git(...person, "commit", "--quiet", "--allow-empty", "--message=What the home stack would commit");
    await git("push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
    return (await git("rev-parse", "HEAD")).stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
