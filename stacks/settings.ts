import type { z } from "zod";
import type { GithubCredential } from "../components/runnerPolicy";
import { crossProblems } from "./settingsChecks";
import { SettingsError } from "./problems";
import { secretKeys } from "./secrets";
import { readTable } from "./settingsReader";
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

/**
 * Reads and checks the whole configuration of a stack.
 * @throws {SettingsError} naming every key that is wrong, what is expected, and the command that mends it
 */
export function readSettings(source: SettingsSource): Settings {
  const { values, problems } = readTable({
    ...source,
    namespace,
    table: settingsTable,
    secretKeys: secretKeys(source.processEnvironment),
  });
  problems.push(...crossProblems(source, values));
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
