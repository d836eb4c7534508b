import { createInterface } from "node:readline/promises";
import type { GuardOptions } from "../../committed/guard";
import { environments, hasRunner } from "../../stacks/environments";
import { awsClients } from "../doctor/awsClients";
import { installGuardByBuild } from "./install";

/**
 * Installs the guard by a build in the network of a stack's runner, and tells the person at the terminal.
 * @param isAgreed not to ask first
 * @throws Error with what is wrong, and with what is left
 */
export async function installByBuild(stack: string, options: GuardOptions, isAgreed: boolean): Promise<void> {
  const withRunner = environments.filter(hasRunner);
  const environment = withRunner.find(({ name }) => name === stack);
  if (!environment)
    throw new Error(`--stack is ${stack}, expected one of ${withRunner.map(({ name }) => name).join(", ")}.`);
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      console.error("Ending: what was made is removed first.");
      ended.abort();
    });
  const clients = awsClients({ region: environment.runner.region });
  const isDone = await installGuardByBuild(environment, options, clients, {
    say: console.error,
    confirm: () => (isAgreed ? Promise.resolve(true) : asked("Go on? Type yes: ")),
    signal: ended.signal,
  });
  if (isDone) console.log("The guard is in the cluster and was proven; nothing of the build is left.");
  else process.exitCode = 1;
}

async function asked(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error("Nobody is there to be asked: give --yes.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim() === "yes";
  } finally {
    terminal.close();
  }
}
