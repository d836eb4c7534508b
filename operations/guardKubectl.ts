import { execa } from "execa";

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
    const all = this.arguments(["--request-timeout=20s", ...args]);
    const { exitCode, stdout, stderr, message } = await execa(this.command, all, { input, reject: false });
    if (exitCode === undefined) throw new Error(`${this.command} does not run: ${message ?? ""}`);
    return { exitCode, stdout, stderr };
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
