import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** How a git command ended. */
export interface GitOutcome {
  /** null if a signal ended it. */
  exitCode: number | null;
  output: string;
  errors: string;
}

interface Command {
  args: string[];
  /** All of git's environment. */
  env: NodeJS.ProcessEnv;
  /** Standard input. @default nothing */
  input?: string | Buffer;
}

type Answer = GitOutcome & { id: number };

interface Waiting {
  resolve: (outcome: GitOutcome) => void;
  reject: (reason: Error) => void;
}

/**
 * Starts git by way of a small process: Node.js stands still until a process that it starts has begun, the longer the more
 * memory and threads it has itself and the busier the machine is. Under load the sandbox's GitHub did that for a third of
 * its time.
 */
class GitStarter {
  private readonly waiting = new Map<number, Waiting>();
  private process: ChildProcess | undefined;
  private last = 0;

  run(command: Command): Promise<GitOutcome> {
    return new Promise((resolve, reject) => {
      const process = (this.process ??= this.start());
      const id = ++this.last;
      this.waiting.set(id, { resolve, reject });
      keepAlive(process, true);
      process.send({ id, ...command });
    });
  }

  private start(): ChildProcess {
    const starter = fork(join(__dirname, "gitStarter.cjs"), {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "" },
      serialization: "advanced",
    });
    starter.on("message", ({ id, ...outcome }: Answer) => {
      this.waiting.get(id)?.resolve(outcome);
      this.waiting.delete(id);
      if (this.waiting.size === 0) keepAlive(starter, false);
    });
    const end = (reason: Error) => {
      // It comes to its end in more than one event; the next one may have begun.
      if (this.process !== starter) return;
      this.process = undefined;
      for (const { reject } of this.waiting.values()) reject(reason);
      this.waiting.clear();
    };
    starter.once("error", end);
    starter.once("exit", () => {
      end(new Error("The process that starts git for the sandbox has ended."));
    });
    return starter;
  }
}

const starter = new GitStarter();

/** Runs git to its end, whatever that is. */
export function runGit(command: Command): Promise<GitOutcome> {
  return starter.run(command);
}

/** Who waits for no command may end, and the starter with it. */
function keepAlive(starter: ChildProcess, alive: boolean): void {
  if (alive) starter.ref();
  else starter.unref();
  if (alive) starter.channel?.ref();
  else starter.channel?.unref();
}
