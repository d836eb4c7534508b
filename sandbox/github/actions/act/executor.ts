import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ExecutionContext, Executor, JobMessage, JobOutcome } from "../executor";
import { makeStandIns, type StandIn } from "../standIns/standIns";
import { inputsVariable, jobFile, machineLabel, needsVariable, resultsVariable } from "./jobFile";
import { readLine } from "./logLine";
import { endOrphans, trackingVariable } from "./orphans";

/**
 * Runs jobs with act, in host mode: one process a job, with a workspace, a HOME and a RUNNER_TEMP of its own and
 * nothing of this process's environment.
 *
 * @param act path of the command
 * @param directory for what all jobs share: the actions of others that they may use
 */
export function actExecutor(act: () => Promise<string>, directory: string): Executor {
  let standIns: Promise<StandIn[]> | undefined;
  return {
    run: async (message, context) => {
      const folder = await mkdtemp(join(tmpdir(), "sandbox-job-"));
      const trackingId = `github_${randomUUID()}`;
      try {
        await prepare(folder, message, context, trackingId);
        standIns ??= makeStandIns(directory);
        const args = actArguments(folder, message, await standIns);
        const summaries = await runAct([await act(), ...args], folder, message, context, trackingId);
        return { ...(await result(folder, message)), summaries };
      } finally {
        endOrphans(trackingId);
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Writes what act reads. All of it is JSON, which is YAML in which nothing is taken for something else. */
async function prepare(folder: string, message: JobMessage, { event }: ExecutionContext, trackingId: string) {
  for (const name of ["home", "workdir", "cache"]) await mkdir(join(folder, name));
  const toolCache = message.runner.environment.RUNNER_TOOL_CACHE;
  if (toolCache) await symlink(toolCache, join(folder, "cache", "tool_cache"));
  const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
  await writeFile(join(folder, "workflow.yml"), jobFile(message, join(folder, "result.json")));
  await write("event.json", event);
  const results = Object.values(message.needs).map((need) => need.result);
  await write("variables.yml", {
    ...message.variables,
    [needsVariable]: JSON.stringify(message.needs),
    [inputsVariable]: JSON.stringify(message.inputs),
    [resultsVariable]: JSON.stringify(results),
  });
  await write("secrets.yml", { ...message.secrets, GITHUB_TOKEN: message.token });
  await write("environment.yml", {
    ...Object.fromEntries(
      Object.entries(message.github).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]),
    ),
    SHA_REF: message.github.sha,
    RUNNER_NAME: message.runner.name,
    RUNNER_ENVIRONMENT: message.runner.hosted ? "github-hosted" : "self-hosted",
    [trackingVariable]: trackingId,
    ...(message.identity && {
      ACTIONS_ID_TOKEN_REQUEST_URL: message.identity.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: message.identity.token,
    }),
  });
}

function actArguments(folder: string, message: JobMessage, standIns: StandIn[]): string[] {
  const file = (name: string) => join(folder, name);
  return [
    message.github.event_name,
    ...["--workflows", file("workflow.yml"), "--directory", file("workdir"), "--json"],
    ...["--platform", `${machineLabel}=-self-hosted`, "--container-daemon-socket", "-"],
    ...["--eventpath", file("event.json"), "--env-file", file("environment.yml")],
    ...["--var-file", file("variables.yml"), "--secret-file", file("secrets.yml")],
    ...["--action-cache-path", file("cache"), "--no-cache-server"],
    // Without it act would copy its own folder instead of running the step.
    "--no-skip-checkout",
    ...["--actor", message.github.actor ?? ""],
    ...standIns.flatMap(({ action, commit, folder: path }) => [
      "--local-repository",
      `${action}@${commit}=${path}`,
    ]),
  ];
}

/** @returns what the steps wrote for the summary */
async function runAct(
  [command = "", ...args]: string[],
  folder: string,
  message: JobMessage,
  context: ExecutionContext,
  trackingId: string,
): Promise<string[]> {
  const summaries: string[] = [];
  const child = spawn(command, args, {
    env: {
      LANG: "C.UTF-8",
      // act gives each step a terminal, where a runner has none: git would wait there for somebody's password.
      GIT_TERMINAL_PROMPT: "0",
      ...message.runner.environment,
      HOME: join(folder, "home"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // The first SIGINT lets steps with always() run: https://github.com/nektos/act/pull/2824
  const interrupt = () => child.kill("SIGINT");
  const end = () => {
    child.kill("SIGKILL");
    endOrphans(trackingId);
  };
  for (const [signal, listener] of [
    [context.cancel, interrupt],
    [context.kill, end],
  ] as const) {
    if (signal.aborted) listener();
    else signal.addEventListener("abort", listener, { once: true });
  }
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = readLine(line);
    if (said.summary !== undefined) summaries.push(said.summary);
    if (said.log !== undefined) context.log(said.log);
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      resolve();
    });
  });
  for (const line of errors.filter((error) => error.startsWith("Error:"))) context.log(`##[error]${line}`);
  return summaries;
}

/** What the collector wrote; without it the job did not come to its end. */
async function result(folder: string, message: JobMessage): Promise<Omit<JobOutcome, "summaries">> {
  try {
    const needs = JSON.parse(await readFile(join(folder, "result.json"), "utf8")) as Record<
      string,
      { result: string; outputs?: Record<string, string> } | undefined
    >;
    const own = needs[message.key];
    const conclusion =
      own?.result === "success" ? "success" : own?.result === "cancelled" ? "cancelled" : "failure";
    return { conclusion, outputs: own?.outputs ?? {} };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { conclusion: "failure", outputs: {} };
  }
}
