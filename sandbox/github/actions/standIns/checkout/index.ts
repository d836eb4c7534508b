/**
 * The git commands that actions/checkout v7.0.1 runs for its inputs, in its order and with its flags
 * (actions/checkout:src/git-source-provider.ts, git-command-manager.ts, git-auth-helper.ts, ref-helper.ts).
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { act, flag, git, input, refuseInputs, required, saveState, setOutput, state } from "../toolkit";
import { checkoutArguments, refExists, refSpecs, wantedRef } from "./refs";

const server = required("GITHUB_SERVER_URL");

function main(): void {
  refuseInputs(["ssh-key", "lfs", "submodules"]);
  const repository = input("repository");
  const url = `${server}/${repository}`;
  const folder = repositoryFolder();
  const existed = existsSync(folder);
  mkdirSync(folder, { recursive: true });
  const home = join(required("RUNNER_TEMP"), randomUUID());
  mkdirSync(home);
  const run = (args: string[], mayFail = false) => git(args, { cwd: folder, env: { HOME: home }, mayFail });

  if (flag("set-safe-directory")) run(["config", "--global", "--add", "safe.directory", folder]);
  if (existed) prepareExisting(folder, url, run);
  saveState("folder", folder);
  if (!existsSync(join(folder, ".git"))) {
    run(["init", folder]);
    run(["remote", "add", "origin", url]);
  }
  run(["config", "--local", "gc.auto", "0"]);
  const credentials = configureToken(folder, run);
  saveState("credentials", credentials);
  try {
    const wanted = wantedRef(
      repository,
      () => run(["ls-remote", "--quiet", "--exit-code", "--symref", url, "HEAD"]).stdout,
    );
    fetch(wanted, folder, run);
    setUpSparseCheckout(folder, run);
    run(["checkout", "--progress", "--force", ...checkoutArguments(wanted, run)]);
    setOutput("commit", run(["log", "-1", "--format=%H"]).stdout.trim());
    setOutput("ref", wanted.ref);
  } finally {
    if (!flag("persist-credentials")) removeToken(folder, credentials);
    rmSync(home, { recursive: true, force: true });
  }
}

/** The post step. */
function cleanUp(): void {
  const folder = state("folder");
  if (existsSync(join(folder, ".git", "config"))) removeToken(folder, state("credentials"));
}

type Run = (args: string[], mayFail?: boolean) => { status: number | null; stdout: string };

function repositoryFolder(): string {
  const workspace = resolve(required("GITHUB_WORKSPACE"));
  const folder = resolve(workspace, input("path") || ".");
  if (!`${folder}${sep}`.startsWith(`${workspace}${sep}`))
    throw new Error(`Repository path '${folder}' is not under '${workspace}'`);
  return folder;
}

/** A folder that holds anything but a clone of the same repository is emptied. */
function prepareExisting(folder: string, url: string, run: Run): void {
  const isClone =
    existsSync(join(folder, ".git")) &&
    run(["config", "--local", "--get", "remote.origin.url"], true).stdout.trim() === url;
  if (!isClone) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    return;
  }
  run(["checkout", "--detach"], true);
  if (!flag("clean")) return;
  run(["clean", "-ffdx"]);
  run(["reset", "--hard", "HEAD"]);
}

/** The token is in a file of RUNNER_TEMP, which the repository's configuration includes. */
function configureToken(folder: string, run: Run): string {
  const file = join(required("RUNNER_TEMP"), `git-credentials-${randomUUID()}.config`);
  const basic = Buffer.from(`x-access-token:${input("token")}`).toString("base64");
  console.log(`::add-mask::${basic}`);
  writeFileSync(file, `[http "${new URL(server).origin}/"]\n\textraheader = AUTHORIZATION: basic ${basic}\n`);
  for (const key of includeKeys(folder)) run(["config", "--local", key, file]);
  return file;
}

function removeToken(folder: string, credentials: string): void {
  for (const key of includeKeys(folder))
    git(["config", "--local", "--unset-all", key], { cwd: folder, mayFail: true });
  rmSync(credentials, { force: true });
}

const includeKeys = (folder: string) => [
  `includeIf.gitdir:${folder}/.git.path`,
  `includeIf.gitdir:${folder}/.git/worktrees/*.path`,
];

function fetch(wanted: ReturnType<typeof wantedRef>, folder: string, run: Run): void {
  const filter = input("filter") || (sparsePatterns().length > 0 ? "blob:none" : "");
  const depth = Math.max(0, Math.floor(Number(input("fetch-depth") || "1")) || 0);
  const unshallow = depth === 0 && existsSync(join(folder, ".git", "shallow"));
  const args = [
    ...["-c", "protocol.version=2", "fetch", "--no-tags", "--prune", "--no-recurse-submodules"],
    ...(filter ? [`--filter=${filter}`] : []),
    ...(depth > 0 ? [`--depth=${depth}`] : []),
    ...(unshallow ? ["--unshallow"] : []),
    "origin",
  ];
  run([...args, ...refSpecs(wanted, depth, flag("fetch-tags"))]);
  if (!refExists(wanted, run))
    throw new Error(`The ref '${wanted.ref}' does not point to the expected commit '${wanted.commit}'.`);
}

const sparsePatterns = () =>
  input("sparse-checkout")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

function setUpSparseCheckout(folder: string, run: Run): void {
  const patterns = sparsePatterns();
  if (patterns.length === 0) {
    run(["sparse-checkout", "disable"]);
    run(["config", "--local", "--unset-all", "extensions.worktreeConfig"], true);
  } else if (flag("sparse-checkout-cone-mode")) {
    run(["sparse-checkout", "set", ...patterns]);
  } else {
    run(["config", "core.sparseCheckout", "true"]);
    const path = run(["rev-parse", "--git-path", "info/sparse-checkout"]).stdout.trim();
    writeFileSync(resolve(folder, path), `\n${patterns.join("\n")}\n`, { flag: "a" });
  }
}

act(() => {
  if (state("folder") === "") main();
  else cleanUp();
});
