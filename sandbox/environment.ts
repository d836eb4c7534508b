import type { SandboxFolder, SandboxState } from "./folder";
import { quoted } from "./engine/shell";
import { regions } from "./world";

/** What the local GitHub takes for the token of a person, who administers the repository. */
export const githubToken = "sandbox-token";

/** Login of the person whom that token belongs to. */
export const personLogin = "example-org-bot";

/** Another person, who may approve deployments: who starts a run may not be the one. */
export const reviewer = { login: "example-org-reviewer", token: "sandbox-reviewer-token" };

/**
 * The GitHub App that the program works as: installed on the repository, with what README.md says that the home stack's
 * token needs, and with what `npm run doctor` reads.
 */
export const githubApp = {
  id: 1234567,
  slug: "eks-dryrun-runner",
  token: "sandbox-app-token",
  permissions: {
    contents: "write",
    workflows: "write",
    "pull-requests": "write",
    administration: "write",
    actions: "read",
    "repository-hooks": "read",
  },
} as const;

/** With it the secrets in the stacks' states are encrypted. */
export const statePassphrase = "sandbox";

/** What Pulumi Cloud takes for the token of a person who administers the organisation. */
export const pulumiAccessToken = "sandbox-pulumi-token";

/** The variables with which `pulumi` and `aws` work against a sandbox, without `PATH`. */
export function variables(folder: SandboxFolder, { ports }: SandboxState): Record<string, string> {
  const home = regions[0]?.region ?? "";
  return {
    PULUMI_HOME: folder.pulumiHome(),
    PULUMI_BACKEND_URL: `file://${folder.pulumiState()}`,
    PULUMI_CONFIG_PASSPHRASE: statePassphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A provider or language host elsewhere on PATH must not take the place of the sandbox's.
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${String(ports.aws)}`,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    // The aws command reads one of the two, the SDKs the other.
    AWS_REGION: home,
    AWS_DEFAULT_REGION: home,
    // Profiles, roles and endpoints of the person's own files would lead to the real AWS.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PAGER: "",
    GITHUB_BASE_URL: `http://127.0.0.1:${String(ports.github)}/`,
    GITHUB_TOKEN: githubApp.token,
    SANDBOX_TARGET_REPOSITORY: folder.targetRepository(),
  };
}

/**
 * Variables of a person's environment that would take a command out of the sandbox: credentials, profiles, endpoints
 * and stack choices for the real AWS, GitHub and Pulumi Cloud.
 */
export function strayVariables(env: NodeJS.ProcessEnv, kept: Record<string, string>): string[] {
  const stray = /^(AWS|PULUMI)_|^GITHUB_(OWNER|ORGANIZATION|APP_.*)$/;
  return Object.keys(env)
    .filter((name) => stray.test(name) && !(name in kept))
    .sort();
}

/** A person's environment without what leads to the real AWS, GitHub or Pulumi Cloud. */
export function cleanEnvironment(
  env: NodeJS.ProcessEnv,
  set: Record<string, string> = {},
): NodeJS.ProcessEnv {
  const stray = new Set(strayVariables(env, set));
  const kept = Object.entries(env).filter(([name]) => !stray.has(name));
  return { ...Object.fromEntries(kept), ...withoutProxy(env) };
}

/** An environment for child processes in which everything works against a sandbox. */
export function childEnvironment(
  folder: SandboxFolder,
  state: SandboxState,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const set = variables(folder, state);
  return { ...cleanEnvironment(env, set), ...set, PATH: `${folder.bin()}:${env.PATH ?? ""}` };
}

/** Lines for a shell's `eval`, after which plain commands work against a sandbox. */
export function shellLines(
  folder: SandboxFolder,
  state: SandboxState,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const set = variables(folder, state);
  return [
    ...strayVariables(env, set).map((name) => `unset ${name}`),
    // The shell's own PATH, not this process's: npm puts folders of its own on that one.
    `export PATH=${quoted(folder.bin())}:"$PATH"`,
    ...Object.entries({ ...set, ...withoutProxy(env) }).map(
      ([name, value]) => `export ${name}=${quoted(value)}`,
    ),
  ];
}

/** Behind a company's proxy, clients would ask it for 127.0.0.1 too. */
function withoutProxy(env: NodeJS.ProcessEnv): Record<string, string> {
  const proxied = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"].some((name) => env[name]);
  if (!proxied) return {};
  const exceptions = new Set([...(env.NO_PROXY ?? env.no_proxy ?? "").split(","), "127.0.0.1"]);
  const value = [...exceptions].filter(Boolean).join(",");
  return { NO_PROXY: value, no_proxy: value };
}
