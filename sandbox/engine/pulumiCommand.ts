/**
 * The `pulumi` that a sandbox puts first on `PATH`. In the checkout it works on the sandbox's copies of the Pulumi
 * files; anywhere else it is the real one. Started as `<real pulumi> <checkout> <folder> <originals> <arguments...>`.
 */
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { withAbsolutePaths } from "./pathArguments";
import { updateCopies } from "./project";

const [pulumi = "", checkout = "", folder = "", originals = "", ...args] = process.argv.slice(2);

async function main(): Promise<void> {
  const { cwd, rest } = takeCwd(args);
  if (nearestProject(resolve(cwd)) !== realpathSync(checkout)) {
    run(args);
    return;
  }
  await updateCopies({ checkout, folder, originals }, (line) => {
    console.error(`sandbox: ${line}`);
  });
  run(["--cwd", folder, ...withAbsolutePaths(rest, resolve(cwd))]);
}

/** Takes pulumi's own flag for the folder to run in (`-C x`, `--cwd x`, `--cwd=x`) out of the arguments. */
function takeCwd(given: string[]): { cwd: string; rest: string[] } {
  const rest: string[] = [];
  let cwd = ".";
  for (let i = 0; i < given.length; i++) {
    const argument = given[i] ?? "";
    const joined = /^(?:--cwd=|-C)(.+)$/.exec(argument)?.[1];
    if (argument === "--") return { cwd, rest: [...rest, ...given.slice(i)] };
    if (joined !== undefined) cwd = joined;
    else if (argument === "-C" || argument === "--cwd") cwd = given[++i] ?? ".";
    else rest.push(argument);
  }
  return { cwd, rest };
}

/** The folder that pulumi would take for the project's: the nearest one upwards with a project file. */
function nearestProject(start: string): string | undefined {
  if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(start, name)))) return realpathSync(start);
  return dirname(start) === start ? undefined : nearestProject(dirname(start));
}

function run(pulumiArguments: string[]): void {
  const child = spawn(pulumi, pulumiArguments, { stdio: "inherit" });
  // Ctrl-C reaches pulumi by itself, from the terminal; a second one would make it give up on what is under way.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(`sandbox: ${pulumi} does not start (${error.message}). Mend: npm run sandbox -- start`);
    process.exitCode = 1;
  });
  child.once("exit", (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exitCode = code ?? 1;
  });
}

main().catch((error: unknown) => {
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
