import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Path of a command of `@pulumi/pulumi`, the one that the program or policy pack in a folder would import itself.
 *
 * @throws Error if it is not installed there
 */
export function pulumiCommand(folder: string, name: "run" | "run-policy-pack"): string {
  try {
    return createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch (cause) {
    throw new Error(`@pulumi/pulumi is not installed in ${folder}: run npm ci there.`, { cause });
  }
}
