import type { z } from "zod";
import type { GithubCredential } from "../components/runnerPolicy";
import { crossProblems, removeCommand } from "./settingsChecks";
import { configSetCommand, problemsMessage, shown, type Problem } from "./problems";
import { settingsTable, type SettingName } from "./settingsTable";
import type { EnvironmentWithRunner } from "./environments";

/** Name of the configuration namespace, which is the project's. */
export const namespace = "eks-dryrun-runner";

/** The values of all keys, each with its own type, before they are checked against each other. */
export type SettingValues = { [Name in SettingName]: z.output<(typeof settingsTable)[Name]["schema"]> };

/** The checked settings of a stack. */
export type Settings = Omit<
  SettingValues,
  "connectionArn" | "githubSecretArn" | "githubDefaultCredential"
> & { githubCredential: GithubCredential };

/** All that the settings of a stack are made from. */
export interface SettingsSource {
  /** Name of the stack. */
  stack: string;
  /** The stack's entry in the registry. */
  environment: EnvironmentWithRunner;
  /** The whole configuration of the stack, every key with its namespace, as Pulumi hands it over. */
  config: Record<string, string>;
  /** The process's environment. */
  processEnvironment: Record<string, string | undefined>;
}

/** The settings of a stack have problems; the message names all of them. */
export class SettingsError extends Error {
  constructor(
    stack: string,
    public readonly problems: Problem[],
  ) {
    super(problemsMessage(stack, problems));
    this.name = "SettingsError";
  }
}

/**
 * Reads and checks the whole configuration of a stack.
 * @throws {SettingsError} naming every key that is wrong, what is expected, and the command that mends it
 */
export function readSettings(source: SettingsSource): Settings {
  const { values, problems } = readValues(source);
  problems.push(...unknownKeys(source), ...crossProblems(source, values));
  if (problems.length > 0) throw new SettingsError(source.stack, problems);

  // Without problems every value is there.
  const { connectionArn, githubSecretArn, githubDefaultCredential, ...settings } = values as SettingValues;
  void githubDefaultCredential;
  return { ...settings, githubCredential: githubCredential(connectionArn, githubSecretArn) };
}

function githubCredential(connectionArn?: string, githubSecretArn?: string): GithubCredential {
  if (connectionArn !== undefined) return { type: "connection", arn: connectionArn };
  if (githubSecretArn !== undefined) return { type: "secret", arn: githubSecretArn };
  return { type: "default" };
}

function readValues({ stack, config }: SettingsSource) {
  const values: Partial<Record<SettingName, unknown>> = {};
  const problems: Problem[] = [];
  for (const name of Object.keys(settingsTable) as SettingName[]) {
    const { type, schema } = settingsTable[name];
    const decoded = decode(type, config[`${namespace}:${name}`]);
    const result = schema.safeParse(decoded);
    if (result.success) values[name] = result.data;
    else
      problems.push(...firstOfEachPath(result.error).map((path) => valueProblem(stack, name, path, decoded)));
  }
  return { values: values as Partial<SettingValues>, problems };
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

function valueProblem(stack: string, name: SettingName, path: PropertyKey[], decoded: unknown): Problem {
  const { expected, example } = settingsTable[name];
  const key = `${namespace}:${name}${pathText(path)}`;
  const value = at(decoded, path);
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

function unknownKeys({ stack, config }: SettingsSource): Problem[] {
  return Object.keys(config)
    .filter((key) => key.startsWith(`${namespace}:`) && !(key.slice(namespace.length + 1) in settingsTable))
    .map((key) => ({
      key,
      wrong: "is not a setting",
      expected: `one of ${Object.keys(settingsTable).join(", ")}`,
      command: removeCommand(stack, key),
    }));
}
