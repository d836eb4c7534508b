import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** How a kubectl ended. */
export interface KubectlResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** kubectl with the kubeconfig that the person named. */
export class Kubectl {
  constructor(
    /** The kubectl to run: a name on `PATH`, or a path. */
    readonly command: string,
    /** @default kubectl's own */
    private readonly kubeconfig?: string,
  ) {}

  /** All arguments of a command. */
  arguments(args: string[]): string[] {
    return [...(this.kubeconfig ? ["--kubeconfig", this.kubeconfig] : []), ...args];
  }

  /**
   * Runs it, however it ends.
   *
   * @throws Error if there is no such kubectl
   */
  async run(args: string[], input = ""): Promise<KubectlResult> {
    // Node's own: this program also runs in a build whose buildspec has it whole, and that has no room for a library.
    const child = spawn(this.command, this.arguments(["--request-timeout=20s", ...args]));
    // It may end before it has read everything.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const all = [once(child, "close"), text(child.stdout), text(child.stderr)] as const;
    const [[exitCode], stdout, stderr] = (await Promise.all(all).catch((error: unknown) => {
      throw new Error(`${this.command} does not run: ${(error as Error).message}`, { cause: error });
    })) as [[number | null], string, string];
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  /**
   * Runs what must succeed, and returns what it prints.
   *
   * @throws Error with what kubectl says, if it does not
   */
  async must(args: string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args, input);
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(" ")} failed: ${stderr.trim()}`);
    return stdout;
  }
}
