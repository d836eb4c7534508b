import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../sandbox/folder";
import type { Sandbox } from "../../sandbox/testing";

const parts = [
  ...["index.ts", "stacks", "components", "committed", "dryrun", "policy"],
  ...["Pulumi.yaml", "package.json", "tsconfig.json", "tsconfig.program.json"],
];

/** A change to a file of the program: what it replaces, which must be there, and by what. */
export type Edit = [path: string, from: string, to: string];

/** A copy of the program with changes, in a folder of its own with a stack's file of the sandbox. */
export async function changedProgram(sandbox: Sandbox, stack: string, edits: Edit[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "changed-program-"));
  for (const part of parts) await cp(join(checkout, part), join(folder, part), { recursive: true });
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  const stackFile = `Pulumi.${stack}.yaml`;
  await cp(join(sandbox.folder.project().folder, stackFile), join(folder, stackFile));
  for (const [path, from, to] of edits) {
    const text = await readFile(join(folder, path), "utf8");
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    await writeFile(
      join(folder, path),
      text.replace(from, () => to),
    );
  }
  return folder;
}
