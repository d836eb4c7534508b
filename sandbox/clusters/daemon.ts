import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { execa } from "execa";

/** A child process that serves until it is stopped. */
export interface Daemon {
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<void>;
  /** Asks it to end, insists after five seconds, and returns when it is gone. */
  stop(): Promise<void>;
}

/** Starts a program that ends with this process, however this process ends. */
export function startDaemon(
  command: string,
  args: string[],
  log: string,
  env: Record<string, string> = {},
): Daemon {
  // A killed parent runs no handler; the kernel's own notice reaches the child all the same (prctl(2), PR_SET_PDEATHSIG).
  const child = execa("setpriv", ["--pdeathsig", "KILL", command, ...args], {
    stdin: "ignore",
    stdout: { file: log },
    stderr: { file: log },
    buffer: false,
    reject: false,
    env,
    forceKillAfterDelay: 5_000,
  });
  const ended = child.then(() => undefined);
  return {
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/**
 * Waits until a daemon answers.
 *
 * @param ready whether it does now; what it throws counts as no
 * @throws DaemonEnded if it ends before, or has not answered after `seconds`
 */
export async function untilReady(
  daemon: Daemon,
  ready: () => Promise<boolean>,
  { log, seconds }: { log: string; seconds: number },
): Promise<void> {
  let ended = false;
  void daemon.ended.then(() => (ended = true));
  const deadline = Date.now() + seconds * 1_000;
  while (!(await ready().catch(() => false))) {
    if (ended) throw new DaemonEnded(`ended before it answered`, await lastLines(log), log);
    if (Date.now() > deadline) {
      await daemon.stop();
      throw new DaemonEnded(`did not answer within ${String(seconds)} s`, await lastLines(log), log);
    }
    await setTimeout(25);
  }
}

/** A daemon that did not come up. */
export class DaemonEnded extends Error {
  constructor(
    what: string,
    /** The end of what it wrote. */
    public readonly output: string,
    log: string,
  ) {
    super(`${log.replace(/^.*\//, "").replace(/\.log$/, "")} ${what}; ${log} ends with:\n${output}`);
  }
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return text.split("\n").slice(-12).join("\n");
}
