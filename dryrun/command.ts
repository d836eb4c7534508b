import { spawnSync } from "node:child_process";
import { CouldNotCheck } from "./couldNotCheck";

/** What a command said and how it ended. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Longest run of one command, in milliseconds. */
const timeout = 5 * 60_000;

/**
 * Runs a command to its end.
 * @throws CouldNotCheck if it cannot be started or is ended from outside.
 */
export function run(command: string, args: string[], input = ""): CommandResult {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    input,
    env: commandEnvironment(process.env),
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    timeout,
  });
  if (error && "code" in error && error.code === "ENOENT") {
    throw new CouldNotCheck(
      `${command} is not on the PATH of the runner. CodeBuild's standard images have it.`,
    );
  }
  if (error) throw new CouldNotCheck(`${command} ${args[0] ?? ""} did not run to its end: ${error.message}`);
  if (status === null) throw new CouldNotCheck(`${command} ${args[0] ?? ""} was ended by ${String(signal)}.`);
  return { exitCode: status, stdout, stderr };
}

/** The job's environment without what would change the meaning of kubectl's answers. */
function commandEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, KUBECONFIG: undefined, KUBECTL_EXTERNAL_DIFF: undefined, LC_ALL: "C" };
}
