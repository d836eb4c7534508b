import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { SandboxFolder } from "./folder";

/**
 * Set to the sandbox's folder in the environment of its server, of commands that the demo and tests run in it, and
 * thereby of all their children. It tells a sandbox's processes from all others whatever became of their parents: a
 * process id on file may be another's by now. `sandbox env` does not set it: a person's shell is no part of a sandbox.
 */
const marker = "SANDBOX_PROCESS_OF";

/** The marker for a process of this sandbox. */
export function processMark(folder: SandboxFolder): Record<string, string> {
  return { [marker]: folder.root };
}

/** Ids of a sandbox's processes. */
export function processesOf(folder: SandboxFolder): number[] {
  const mark = `\0${marker}=${folder.root}\0`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && environment(name).includes(mark))
    .map(Number);
}

/** A process's environment as Linux shows it; empty for one that is gone, a zombie, or another user's. */
function environment(pid: string): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
  } catch {
    return "";
  }
}

/** Ends every process of a sandbox: asks first, insists after ten seconds, and returns when none is left. */
export async function endProcesses(folder: SandboxFolder): Promise<void> {
  signal(folder, "SIGTERM");
  if (await allEnded(folder, 10_000)) return;
  signal(folder, "SIGKILL");
  if (await allEnded(folder, 5_000)) return;
  throw new Error(`Processes of the sandbox do not end: ${processesOf(folder).join(", ")}.`);
}

/** Ends every process of a sandbox at once, for a process that is about to exit itself. */
export function killProcesses(folder: SandboxFolder): void {
  signal(folder, "SIGKILL");
}

function signal(folder: SandboxFolder, name: NodeJS.Signals): void {
  const pids = processesOf(folder);
  const server = folder.state()?.pid;
  // The server, asked alone, ends its children in order and saves what they hold.
  const asked = name === "SIGTERM" && server !== undefined && pids.includes(server) ? [server] : pids;
  for (const pid of asked) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

async function allEnded(folder: SandboxFolder, withinMilliseconds: number): Promise<boolean> {
  const deadline = Date.now() + withinMilliseconds;
  while (processesOf(folder).length > 0) {
    if (Date.now() > deadline) return false;
    await setTimeout(50);
  }
  return true;
}
