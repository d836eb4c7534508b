import { execa } from "execa";
import { environments, homeEnvironment, type EnvironmentWithRunner } from "../../stacks/environments";
import type { Settings } from "../../stacks/settings";
import { resolveStack } from "../../stacks/stack";
import type { Kubectl } from "../guardKubectl";
import { awsClients, type AwsClients } from "./awsClients";
import { GitHub } from "./github";

/** What is examined, and the ways to look at it. */
export interface Subject {
  environment: EnvironmentWithRunner;
  settings: Settings;
  /** `aws:allowedAccountIds` of the stack. */
  allowedAccountIds: string[];
  /** The settings of the stack that owns the committed files. */
  homeSettings: () => Promise<Settings>;
  /** AWS in a region. */
  aws: (region: string) => AwsClients;
  github: GitHub;
  /** The cluster as its administrator sees it, where it can be reached from here. */
  kubectl?: Kubectl;
}

/**
 * Takes what is examined from the registry and from the stack's configuration, which Pulumi itself puts together; its
 * state is not asked, because it says what was made and not what is there now.
 * @throws Error naming everything that is wrong with the settings
 */
export async function readSubject(stack: string, kubectl?: Kubectl): Promise<Subject> {
  const { environment, settings, config } = await readStack(stack);
  const homeSettings =
    stack === homeEnvironment
      ? () => Promise.resolve(settings)
      : async () => (await readStack(homeEnvironment)).settings;
  return {
    environment,
    settings,
    allowedAccountIds: JSON.parse(config["aws:allowedAccountIds"] ?? "[]") as string[],
    homeSettings,
    aws: (region) =>
      awsClients({ region, requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 } }),
    github: new GitHub(process.env.GITHUB_BASE_URL ?? "https://api.github.com", process.env.GITHUB_TOKEN),
    kubectl,
  };
}

async function readStack(stack: string) {
  const config = await stackConfig(stack);
  return { config, ...resolveStack(stack, environments, config, process.env) };
}

/** The configuration of a stack, as a program is given it: what is no string comes as JSON. */
async function stackConfig(stack: string): Promise<Record<string, string>> {
  const flags = ["--json", "--show-secrets", "--non-interactive", "--stack", stack];
  const { stdout, stderr, message, exitCode } = await execa("pulumi", ["config", ...flags], {
    reject: false,
  });
  if (exitCode === undefined) throw new Error(`pulumi does not run: ${message ?? ""}`);
  if (exitCode !== 0) throw new Error(`pulumi config --stack ${stack} failed: ${stderr.trim()}`);
  const values = JSON.parse(stdout) as Record<string, { value?: string }>;
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
  );
}
