import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { shown } from "../stacks/problems";
import { namespace } from "../stacks/settings";
import { settingsTable } from "../stacks/settingsTable";

const key = `${namespace}:guardedKinds`;

/**
 * The kinds that the settings of a stack name for the guard; undefined if they name none.
 *
 * @param folder where the Pulumi files are
 * @throws Error if the stack has no file, or what stands there is no list
 */
export async function guardedKindsOf(stack: string, folder: string): Promise<string[] | undefined> {
  for (const name of [`Pulumi.${stack}.yaml`, "Pulumi.yaml"]) {
    const value = (await configOf(join(folder, name)))[key];
    // In the project's file a value that is no text must stand below `value`, in a stack's file it stands alone.
    const kinds = isMap(value) && "value" in value ? value.value : value;
    if (kinds === undefined) continue;
    if (Array.isArray(kinds) && kinds.every((kind) => typeof kind === "string")) return kinds;
    throw new Error(
      `${key} in ${join(folder, name)} is ${shown(kinds)}, expected ${settingsTable.guardedKinds.expected}: ` +
        "`npm run guard -- kinds --repo <folder>` prints the commands that set it.",
    );
  }
  return undefined;
}

async function configOf(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`There is no ${file}: --stack names a stack of this program.`, { cause: error });
  });
  const { config } = (parse(text) ?? {}) as { config?: unknown };
  return isMap(config) ? config : {};
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
