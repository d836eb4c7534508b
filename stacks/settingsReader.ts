import type { z } from "zod";
import { configSetCommand, removeCommand, shown, type Problem } from "./problems";
import type { Setting } from "./settingsTable";

/** Rows by key. */
export type SettingsTable = Record<string, Setting<unknown>>;

/** The values of a table's keys, each with its own type. */
export type TableValues<Table extends SettingsTable> = {
  [Name in keyof Table]: z.output<Table[Name]["schema"]>;
};

/** A table, and the configuration to read by it. */
export interface TableSource<Table extends SettingsTable> {
  /** Name of the stack. */
  stack: string;
  /** Namespace of the table's keys. */
  namespace: string;
  table: Table;
  /** The whole configuration of the stack, every key with its namespace, as Pulumi hands it over. */
  config: Record<string, string>;
  /** Full names of the keys that are stored as secrets. */
  secretKeys: string[];
}

/** Reads the keys of a table, and says what is wrong with each: missing, not as expected, or not a key at all. */
export function readTable<Table extends SettingsTable>(
  source: TableSource<Table>,
): { values: Partial<TableValues<Table>>; problems: Problem[] } {
  const { values, problems } = readValues(source);
  return { values, problems: [...problems, ...needlessSecrets(source), ...unknownKeys(source)] };
}

function readValues<Table extends SettingsTable>({ stack, namespace, table, config }: TableSource<Table>) {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, setting] of Object.entries(table)) {
    const fullKey = `${namespace}:${name}`;
    const decoded = decode(setting.type, config[fullKey]);
    const result = setting.schema.safeParse(decoded);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        ...firstOfEachPath(result.error).map((path) => valueProblem(stack, fullKey, setting, path, decoded)),
      );
  }
  return { values: values as Partial<TableValues<Table>>, problems };
}

/** Pulumi hands every value over as a string; what is no string in the stack file comes as JSON. */
function decode(type: string, value: string | undefined): unknown {
  if (value === undefined || type === "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** One problem a place: what a person reads is what is expected there, not each rule that the value breaks. */
function firstOfEachPath(error: z.ZodError): PropertyKey[][] {
  const paths = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  const seen = new Set<string>();
  return paths.filter((path) => {
    const text = pathText(path);
    return !seen.has(text) && seen.add(text);
  });
}

function valueProblem(
  stack: string,
  fullKey: string,
  { expected, example, secret }: Setting<unknown>,
  path: PropertyKey[],
  decoded: unknown,
): Problem {
  const key = `${fullKey}${pathText(path)}`;
  const value = at(decoded, path);
  if (secret) {
    const wrong = value === undefined ? "is missing" : "is not as expected (not shown: it is a secret)";
    return {
      key,
      wrong,
      expected,
      command: `${example} | pulumi config set --secret ${key} --stack ${stack}`,
    };
  }
  const exampleValue = path.length === 0 ? undefined : at(asExample(example, path), path);
  const wrong = value === undefined ? "is missing" : `is ${shown(value)}`;
  const command =
    path.length > 0 && exampleValue === undefined
      ? `pulumi config rm --path '${key}' --stack ${stack}`
      : configSetCommand(stack, key, exampleValue === undefined ? example : exampleText(exampleValue));
  return { key, wrong, expected, command };
}

/** The example, with its first element standing in where the path leads behind its end. */
function asExample(example: string, path: PropertyKey[]): unknown {
  const parsed: unknown = JSON.parse(example);
  const [index] = path;
  if (!Array.isArray(parsed) || typeof index !== "number") return parsed;
  const elements: unknown[] = [...(parsed as unknown[])];
  elements[index] ??= elements[0];
  return elements;
}

function exampleText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function at(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner === null || typeof inner !== "object" ? undefined : (inner as never)[step]),
    value,
  );
}

function pathText(path: PropertyKey[]): string {
  return path.map(stepText).join("");
}

/** As `pulumi config --path` takes it: a dot in a name would begin another step. */
function stepText(step: PropertyKey): string {
  if (typeof step === "number") return `[${String(step)}]`;
  const name = String(step);
  return /[.[\]"]/.test(name) ? `[${JSON.stringify(name)}]` : `.${name}`;
}

/** What a person keeps secret must not end in a state, a name or a committed file, as all plain settings do. */
function needlessSecrets<Table extends SettingsTable>(source: TableSource<Table>): Problem[] {
  const { stack, namespace, table, secretKeys } = source;
  return Object.entries(table)
    .filter(([name, { secret }]) => !secret && secretKeys.includes(`${namespace}:${name}`))
    .map(([name]) => ({
      key: `${namespace}:${name}`,
      wrong: "is stored as a secret",
      expected: "a plain value: it is shown, in the cloud, in the state or in committed files",
      command: `pulumi config set --plaintext ${namespace}:${name} <value> --stack ${stack}`,
    }));
}

function unknownKeys<Table extends SettingsTable>(source: TableSource<Table>): Problem[] {
  const { stack, namespace, table, config } = source;
  return Object.keys(config)
    .filter(
      (key) => key.startsWith(`${namespace}:`) && !Object.hasOwn(table, key.slice(namespace.length + 1)),
    )
    .map((key) => ({
      key,
      wrong: "is not a setting",
      expected: `one of ${Object.keys(table).join(", ")}`,
      command: removeCommand(stack, key),
    }));
}
