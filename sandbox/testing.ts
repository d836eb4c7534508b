import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { adminKubeconfig } from "./adminKubeconfig";
import { childEnvironment } from "./environment";
import { layFirstWorld } from "./firstWorld";
import { checkout, SandboxFolder, type SandboxState } from "./folder";
import { reset, start } from "./lifecycle";
import { killProcesses, processMark } from "./processes";

/** How a command ended. */
export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both streams as they came, for the message of an assertion. */
  all: string;
}

/** A running sandbox for tests, in a temporary folder. */
export interface Sandbox {
  folder: SandboxFolder;
  state: SandboxState;
  /** Variables of a shell in which everything works against the sandbox. */
  environment: NodeJS.ProcessEnv;
  /** Runs any command with these variables, or others in their place. */
  run(command: string, args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Outcome>;
  /** Runs pulumi in the checkout, or in another folder with a Pulumi program, without questions. */
  pulumi(args: string[], options?: { stack?: string; cwd?: string }): Promise<Outcome>;
  /** Runs the real `aws` command. */
  aws(args: string[], options?: { region?: string }): Promise<Outcome>;
  /** Runs git in the bare repository that plays the target repository. */
  git(args: string[]): Promise<Outcome>;
  /** Path of a kubeconfig for the administrator of a region's cluster, or of the one of a name; starts the cluster. */
  adminKubeconfig(region: string, name?: string): Promise<string>;
  /** Ends every process of the sandbox and deletes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a sandbox of its own for a group of tests. The first one on a machine builds the engine, which takes minutes;
 * later ones take some seconds. All stacks of the checkout are initialised in it.
 */
export async function startSandbox(): Promise<Sandbox> {
  const folder = new SandboxFolder(await realpath(await mkdtemp(join(tmpdir(), "sandbox-"))));
  // Should the test run itself be ended half way.
  const kill = () => {
    killProcesses(folder);
  };
  process.once("exit", kill);
  await layFirstWorld(folder);
  const state = await start(folder, () => undefined);
  const environment = {
    ...childEnvironment(folder, state),
    ...processMark(folder),
    // The type check is a test of its own; here it would cost seconds for each run of the program.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
  const run = (command: string, args: string[], cwd = checkout) => runIn(environment, command, args, cwd);
  return {
    folder,
    state,
    environment,
    run: (command, args, { cwd, env }) => runIn({ ...environment, ...env }, command, args, cwd),
    pulumi: (args, { stack, cwd } = {}) =>
      run("pulumi", [...args, "--non-interactive", ...(stack ? ["--stack", stack] : [])], cwd),
    aws: (args, { region } = {}) => run("aws", [...args, ...(region ? ["--region", region] : [])]),
    git: (args) => run("git", args, folder.targetRepository()),
    adminKubeconfig: (region, name) => adminKubeconfig(state, region, name),
    stop: async () => {
      await reset(folder);
      process.removeListener("exit", kill);
    },
  };
}

async function runIn(env: NodeJS.ProcessEnv, command: string, args: string[], cwd: string): Promise<Outcome> {
  const ended = await execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  if (ended.exitCode === undefined)
    throw new Error(`${command} did not run to its end: ${ended.message ?? ""}`);
  return { exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr, all: ended.all };
}
