import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { shown } from "../stacks/problems";
import { namespace } from "../stacks/settings";
import { settingsTable } from "../stacks/settingsTable";

/**
 * The kinds that the settings of a stack name for the guard; undefined if they name none.
 *
 * @param folder where the Pulumi files are
 * @throws Error if the stack has no file, or what stands there is no list
 */
export function guardedKindsOf(stack: string, folder: string): Promise<string[] | undefined> {
  return kindsOf("guardedKinds", stack, folder);
}

/**
 * The kinds that releases may write on top, where the settings have them applied; undefined where they do not.
 *
 * @param folder where the Pulumi files are
 * @throws Error if the stack has no file, or what stands there is no list
 */
export async function releaseKindsOf(stack: string, folder: string): Promise<string[] | undefined> {
  const [apply] = await settingOf("apply", stack, folder);
  return apply === "enabled" ? ((await kindsOf("applyKinds", stack, folder)) ?? []) : undefined;
}

async function kindsOf(
  setting: "guardedKinds" | "applyKinds",
  stack: string,
  folder: string,
): Promise<string[] | undefined> {
  const [value, file] = await settingOf(setting, stack, folder);
  if (value === undefined) return undefined;
  const kinds = typeof value === "string" ? fromText(value) : value;
  if (Array.isArray(kinds) && kinds.every((kind) => typeof kind === "string")) return kinds;
  const help =
    setting === "guardedKinds"
      ? ": `npm run guard -- kinds --repo <folder>` prints the commands that set it."
      : ".";
  throw new Error(
    `${namespace}:${setting} in ${file} is ${shown(kinds)}, expected ${settingsTable[setting].expected}${help}`,
  );
}

/** `pulumi config set` without `--path` writes a list as the text of its JSON, and the program reads it so. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A setting, and the file it stands in. */
async function settingOf(setting: string, stack: string, folder: string): Promise<[unknown, string]> {
  const key = `${namespace}:${setting}`;
  for (const name of [`Pulumi.${stack}.yaml`, "Pulumi.yaml"]) {
    const value = (await configOf(join(folder, name)))[key];
    // In the project's file a value that is no text must stand below `value`, in a stack's file it stands alone.
    const found = isMap(value) && "value" in value ? value.value : value;
    if (found !== undefined) return [found, join(folder, name)];
  }
  return [undefined, ""];
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
