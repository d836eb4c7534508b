import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

/**
 * Absolute path of the first executable of this name on `PATH`. The `bin` folders of sandboxes are passed over: in a
 * shell that works against a sandbox, what is found there would lead back to that sandbox.
 */
export async function findCommand(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await allows(path, constants.X_OK)) && !(await isInSandbox(folder))) return path;
  }
  return undefined;
}

function isInSandbox(folder: string): Promise<boolean> {
  return allows(join(dirname(folder), "sandbox.json"), constants.F_OK);
}

function allows(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
