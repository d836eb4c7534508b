import { spawn } from "node:child_process";
import { CouldNotCheck } from "./couldNotCheck";

/** What a command said and how it ended. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** Text for its standard input. */
  input?: string;
  /** Variables on top of the job's own; undefined takes one away. */
  environment?: NodeJS.ProcessEnv;
  /** Ends it early. */
  signal?: AbortSignal;
}

/**
 * Runs a command to its end.
 * @throws CouldNotCheck if it cannot be started or is ended from outside.
 */
export function run(
  command: string,
  args: string[],
  { input = "", environment, signal }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const fail = (how: string) => {
      reject(new CouldNotCheck(`${command} ${args[0] ?? ""} ${how}`));
    };
    const child = spawn(command, args, { env: { ...commandEnvironment(), ...environment }, signal });
    const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      return () => Buffer.concat(chunks).toString("utf8");
    }) as [() => string, () => string];
    child.on("error", (error: NodeJS.ErrnoException) => {
      fail(error.code === "ENOENT" ? "cannot be started: it is not there." : `did not end: ${error.message}`);
    });
    child.on("close", (exitCode, endedBy) => {
      if (exitCode === null) fail(`was ended by ${String(endedBy)}.`);
      else resolve({ exitCode, stdout: stdout(), stderr: stderr() });
    });
    // A command that ends before it has read everything is not an error of ours: its exit code tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** The job's environment without what would change the meaning of kubectl's answers. */
function commandEnvironment(): NodeJS.ProcessEnv {
  const { KUBECONFIG, KUBECTL_EXTERNAL_DIFF, KUBECTL_COMMAND_HEADERS, ...others } = process.env;
  void [KUBECONFIG, KUBECTL_EXTERNAL_DIFF, KUBECTL_COMMAND_HEADERS];
  return { ...others, LC_ALL: "C", KUBERC: "off" };
}
