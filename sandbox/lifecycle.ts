import { spawn, type ChildProcess } from "node:child_process";
import { openSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { lock } from "proper-lockfile";
import { leaveOutAutomaticLog } from "./engine/automaticLog";
import { installEngine } from "./engine/install";
import { installPlugins } from "./engine/plugins";
import { shareSalt, stackNames, updateCopies } from "./engine/project";
import { childEnvironment, cleanEnvironment } from "./environment";
import { checkout, type SandboxFolder, type SandboxState } from "./folder";
import { installHostedMachine } from "./hostedMachine/install";
import { endProcesses, processesOf, processMark } from "./processes";
import type { ServerMessage } from "./server";
import type { Progress } from "./toolchain/cache";
import { ensureToolchain, type Toolchain } from "./toolchain/toolchain";

/**
 * Makes and starts everything of a sandbox and returns when it is ready for use; does nothing if it is running.
 *
 * @throws Error that says what is missing, or where the log is
 */
export async function start(folder: SandboxFolder, progress: Progress): Promise<SandboxState> {
  return alone(folder, async () => {
    const running = await runningState(folder);
    if (running) return running;
    await endProcesses(folder); // what a crashed server left behind
    const toolchain = await install(folder, progress);
    progress("Starting the local AWS and the local GitHub ...");
    await startServer(folder, toolchain.python.python, progress);
    const state = folder.state();
    if (!state) throw new Error(`The server started but left no ${folder.root}/sandbox.json.`);
    return state;
  });
}

/** Installs engine, provider plugins and stacks: all of a sandbox but what runs. */
export async function install(folder: SandboxFolder, progress: Progress): Promise<Toolchain> {
  const toolchain = await ensureToolchain(progress);
  progress("Installing the engine and the provider plugins ...");
  const folders = { bin: folder.bin(), engine: folder.engine(), project: folder.project() };
  await installHostedMachine(folder, toolchain, await installEngine(folders, toolchain));
  await installPlugins(folder.pulumiHome(), checkout);
  leaveOutAutomaticLog(folder.pulumiHome());
  await initialiseStacks(folder, progress);
  return toolchain;
}

/** The state of a sandbox whose services answer; undefined if it does not run. */
export async function runningState(folder: SandboxFolder): Promise<SandboxState | undefined> {
  const state = folder.state();
  if (state?.pid === undefined || !processesOf(folder).includes(state.pid)) return undefined;
  const answers = await Promise.all(Object.values(state.ports).map(doesAnswer));
  return answers.every(Boolean) ? state : undefined;
}

function doesAnswer(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${String(port)}/`, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}

/** Ends every process of a sandbox and returns when they have ended. Its state stays. */
export async function stop(folder: SandboxFolder): Promise<void> {
  await alone(folder, () => endProcesses(folder));
}

/** Stops a sandbox and forgets everything in it. */
export async function reset(folder: SandboxFolder): Promise<void> {
  await alone(folder, async () => {
    await endProcesses(folder);
    await rm(folder.root, { recursive: true, force: true });
  });
}

/** Runs one thing at a time on a sandbox, across processes. */
async function alone<T>(folder: SandboxFolder, act: () => Promise<T>): Promise<T> {
  await mkdir(dirname(folder.root), { recursive: true });
  // Beside the folder, not in it: `reset` deletes the folder. Whoever waits may wait for a first build of the engine.
  const release = await lock(folder.root, {
    realpath: false,
    retries: { retries: 900, factor: 1, minTimeout: 1_000 },
    stale: 20_000,
  });
  try {
    return await act();
  } finally {
    await release();
  }
}

async function startServer(folder: SandboxFolder, python: string, progress: Progress): Promise<void> {
  await mkdir(dirname(folder.log()), { recursive: true });
  const log = openSync(folder.log(), "a");
  const server = spawn(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", join(__dirname, "server.ts"), folder.root, python],
    {
      cwd: checkout,
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: { ...cleanEnvironment(process.env), ...processMark(folder) },
    },
  );
  try {
    await ready(server, folder, progress);
  } catch (error) {
    await endProcesses(folder);
    throw error;
  }
  server.disconnect();
  server.unref();
}

function ready(server: ChildProcess, folder: SandboxFolder, progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new Error(`The sandbox's server did not start: ${reason}\nIts log: ${folder.log()}`));
    };
    server.on("message", (message: ServerMessage) => {
      if ("progress" in message) progress(message.progress);
      else if ("failed" in message) fail(message.failed);
      else resolve();
    });
    server.once("error", (error) => {
      fail(error.message);
    });
    server.once("exit", (code, signal) => {
      fail(`it ended (${signal ?? String(code)}).`);
    });
  });
}

/** `pulumi stack init` for each stack file of the checkout that has no stack in the sandbox yet. */
async function initialiseStacks(folder: SandboxFolder, progress: Progress): Promise<void> {
  await mkdir(folder.pulumiState(), { recursive: true });
  await updateCopies(folder.project(), progress);
  const pulumi = (...args: string[]) => execa("pulumi", args, { ...inSandbox(folder), cwd: checkout });
  const { stdout } = await pulumi("stack", "ls", "--json");
  const initialised = new Set((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name));
  const [first, ...others] = (await stackNames(checkout)).filter((name) => !initialised.has(name));
  if (first === undefined) return;
  progress(`Initialising the stacks ${[first, ...others].join(", ")} ...`);
  const initialise = (name: string) => pulumi("stack", "init", name, "--no-select");
  await initialise(first);
  await shareSalt(folder.project(), first, others);
  await Promise.all(others.map(initialise));
}

/** Options of a child process that works against a sandbox, of which the services need not run yet. */
function inSandbox(folder: SandboxFolder) {
  const state = folder.state() ?? { ports: { aws: 0, github: 0, pulumiCloud: 0 } };
  return { env: childEnvironment(folder, state), extendEnv: false } as const;
}
