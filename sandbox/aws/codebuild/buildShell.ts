import { spawn, type ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Where commands run, and who hears what they say. */
export interface ShellPlace {
  shell: "sh" | "bash";
  cwd: string;
  env: Record<string, string>;
  /** Folder for the commands' scripts, outside of the source. */
  scripts: string;
  line: (text: string) => void;
  /** The machine is gone. */
  signal: AbortSignal;
}

/**
 * One instance of a shell that runs a build's commands one after the other, so that variables and the working folder stay:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html#build-spec-ref-versions
 *
 * When the machine goes away its processes end at once; how AWS ends them is not documented.
 */
export class BuildShell {
  private child: ChildProcess | undefined;
  private count = 0;

  constructor(private readonly place: ShellPlace) {
    place.signal.addEventListener("abort", () => {
      this.close();
    });
  }

  /** @returns the exit code of the command, or of the shell if the command ends it */
  async run(command: string): Promise<number> {
    const script = join(this.place.scripts, `${String((this.count += 1))}.sh`);
    await writeFile(script, command);
    // Asked once nothing is awaited any more: a shell that starts after the machine has gone would stay.
    if (this.place.signal.aborted) return 1;
    const child = (this.child ??= this.start());
    const codes = child.stdio[3] as Readable;
    return new Promise((resolve) => {
      const ended = (code: number | null) => {
        this.child = undefined;
        resolve(code ?? 1);
      };
      child.once("close", ended);
      codes.once("data", (data: Buffer) => {
        child.removeListener("close", ended);
        resolve(Number(data.toString()));
      });
      child.stdin?.write(`. ${script} </dev/null\nprintf '%s\\n' "$?" >&3\n`);
    });
  }

  /** Ends the shell and all that it has started. */
  close(): void {
    const pid = this.child?.pid;
    this.child = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  private start(): ChildProcess {
    const { shell, cwd, env, line } = this.place;
    const child = spawn(shell, [], { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe", "pipe"] });
    // A shell that has ended reads no more.
    child.stdin?.on("error", () => undefined);
    for (const output of [child.stdout, child.stderr])
      if (output) createInterface({ input: output }).on("line", line);
    return child;
  }
}
