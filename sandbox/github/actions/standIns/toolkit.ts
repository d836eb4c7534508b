import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** An input of the action, without spaces around it; empty if it has none. */
export function input(name: string): string {
  return (process.env[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] ?? "").trim();
}

/** A boolean input, true where it says so in any case. */
export const flag = (name: string) => input(name).toUpperCase() === "TRUE";

export function setOutput(name: string, value: string): void {
  writeTo("GITHUB_OUTPUT", name, value);
}

/** Sets a variable for the steps that follow. */
export function exportVariable(name: string, value: string): void {
  process.env[name] = value;
  writeTo("GITHUB_ENV", name, value);
}

/** Puts a folder first on `PATH` of the steps that follow. */
export function addPath(folder: string): void {
  appendFileSync(required("GITHUB_PATH"), `${folder}\n`);
}

/** Keeps a value out of the log from now on. */
export function setSecret(value: string): void {
  console.log(`::add-mask::${value}`);
}

/**
 * A token of the job's identity: https://docs.github.com/actions/reference/openid-connect-reference#methods-for-requesting-the-oidc-token
 * @throws Error in the toolkit's words where the job may have none
 */
export async function idToken(audience: string): Promise<string> {
  const address = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  if (!address) throw new Error("Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable");
  const answer = await fetch(`${address}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${required("ACTIONS_ID_TOKEN_REQUEST_TOKEN")}` },
  });
  if (!answer.ok) throw new Error(`Failed to get ID Token. Error Code : ${answer.status}`);
  return ((await answer.json()) as { value: string }).value;
}

/** Keeps a value for the action's post step, which finds it as `STATE_<name>`. */
export function saveState(name: string, value: string): void {
  writeTo("GITHUB_STATE", name, value);
}

/** What saveState kept. */
export const state = (name: string) => process.env[`STATE_${name}`] ?? "";

/** A variable that every job has. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** Refuses inputs whose effect the stand-in does not have. */
export function refuseInputs(names: string[]): void {
  const given = names.filter((name) => !["", "false", "null"].includes(input(name)));
  if (given.length > 0)
    throw new Error(`The sandbox's stand-in for this action does not have: ${given.join(", ")}`);
}

/** Refuses inputs that the action does not have: a runner would only warn of them, and they would be without effect. */
function refuseUnknownInputs(): void {
  const { inputs } = parse(readFileSync(join(__dirname, "action.yml"), "utf8")) as { inputs: object };
  const known = Object.keys(inputs).map((name) => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`);
  const unknown = Object.keys(process.env).filter(
    (name) => name.startsWith("INPUT_") && !known.includes(name),
  );
  if (unknown.length > 0)
    throw new Error(
      `Unexpected input(s) ${unknown.map((name) => `'${name.slice(6).toLowerCase()}'`).join(", ")}`,
    );
}

/** Runs the action, and fails its step if it throws. */
export function act(run: () => void | Promise<void>): void {
  Promise.resolve()
    .then(refuseUnknownInputs)
    .then(run)
    .catch((error: unknown) => {
      console.log(`::error::${(error as Error).message}`);
      process.exitCode = 1;
    });
}

/** How a git command ended. */
interface Ended {
  status: number | null;
  stdout: string;
}

/**
 * Runs git and shows the command and what it says in the log.
 *
 * @throws Error unless it succeeds or may fail
 */
export function git(
  args: string[],
  { cwd, env, mayFail = false }: { cwd: string; env?: Record<string, string>; mayFail?: boolean },
): Ended {
  console.log(`[command]git ${args.join(" ")}`);
  const { status, stdout, stderr } = spawnSync("git", args, {
    cwd,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0", ...env },
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (stderr) console.log(stderr.trimEnd());
  if (status !== 0 && !mayFail)
    throw new Error(
      `The process 'git' failed with exit code ${status}: git ${args[0] === "-c" ? args[2] : args[0]}`,
    );
  return { status, stdout };
}

function writeTo(file: string, name: string, value: string): void {
  const end = `ghadelimiter_${randomUUID()}`;
  appendFileSync(required(file), `${name}<<${end}\n${value}\n${end}\n`);
}
