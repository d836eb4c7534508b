import { hasRunner, homeEnvironment, type Environment, type EnvironmentWithRunner } from "./environments";
import { registryProblems } from "./registry";
import { SettingsError } from "./problems";
import { secretTexts, withoutSecrets } from "./secrets";
import { namespace, readSettings, type Settings } from "./settings";

/** All that a stack is made from: its entry in the registry, its checked settings, the tags of its resources. */
export interface Stack {
  environment: EnvironmentWithRunner;
  settings: Settings;
  tags: Record<string, string>;
}

/** The registry or a stack's configuration is wrong; the message names everything that is, without secrets. */
export class StackError extends Error {
  override name = "StackError";
}

/**
 * Finds a stack's entry in the registry and checks its whole configuration.
 * @throws {StackError} before any cloud call
 */
export function resolveStack(
  stack: string,
  environments: Environment[],
  config: Record<string, string>,
  processEnvironment: Record<string, string | undefined>,
): Stack {
  const stackError = (message: string) =>
    new StackError(withoutSecrets(message, secretTexts(config, processEnvironment)));
  const problems = registryProblems(environments);
  if (problems.length > 0) throw stackError(problems.join("\n"));

  const withRunner = environments.filter(hasRunner);
  const environment = withRunner.find(({ name }) => name === stack);
  if (!environment) {
    throw stackError(
      `Stack ${stack} has no environment with a runner in stacks/environments.ts, expected one of ` +
        `${withRunner.map(({ name }) => name).join(", ")}: pulumi stack select ${homeEnvironment}`,
    );
  }
  try {
    const settings = readSettings({ stack, environment, config, processEnvironment });
    const tags = { "pulumi:project": namespace, "pulumi:stack": stack, ...settings.tags };
    return { environment, settings, tags };
  } catch (error) {
    throw error instanceof SettingsError ? stackError(error.message) : error;
  }
}

/** Whether an environment's stack is the one that owns the committed files. */
export function isHome(environment: Environment): boolean {
  return environment.name === homeEnvironment;
}
