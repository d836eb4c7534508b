// Starts a command of the sandbox from a fresh clone: installs what package-lock.json names, then runs the TypeScript.
// Plain JavaScript, and not an npm pre-script, because npm skips those under `ignore-scripts=true`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);

// The AWS SDK's warning of old Node.js: nothing that a person who tries this can do anything about.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

if (!isInstalled()) {
  console.error("Installing npm packages ...");
  await run("npm", ["ci", "--no-audit", "--no-fund"], ["ignore", 2, 2]);
}
await run(
  process.execPath,
  [
    ...["--require", join(checkout, "sandbox", "transpileCache.cjs")],
    ...["--require", "ts-node/register/transpile-only"],
    ...[join(checkout, "sandbox", `${entry}.ts`), ...args],
  ],
  "inherit",
);

/**
 * Whether node_modules holds what package-lock.json names. By content, not by time: a checkout touches the lockfile, and
 * an installation anew would pull the packages away under a sandbox that runs.
 */
function isInstalled() {
  const packagesOf = (...path) => JSON.parse(readFileSync(join(checkout, ...path), "utf8")).packages;
  if (!existsSync(join(checkout, "node_modules", ".package-lock.json"))) return false;
  const installed = packagesOf("node_modules", ".package-lock.json");
  return Object.entries(packagesOf("package-lock.json")).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Runs a command to its end, and ends with its exit code if that is not 0. */
async function run(command, commandArgs, stdio) {
  const child = spawn(command, commandArgs, { cwd: checkout, stdio });
  // Ctrl-C reaches the child from the terminal; this process stays until the child has put everything away.
  const stay = () => undefined;
  const passOn = () => child.kill("SIGTERM");
  process.on("SIGINT", stay).on("SIGTERM", passOn);
  const [code] = await once(child, "exit");
  process.off("SIGINT", stay).off("SIGTERM", passOn);
  if (code !== 0) process.exit(code ?? 1);
}
