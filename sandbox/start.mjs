// Starts a command of the sandbox from a fresh clone: installs what package-lock.json names, then runs the TypeScript.
// Plain JavaScript, and not an npm pre-script, because npm skips those under `ignore-scripts=true`.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);

const installed = join(checkout, "node_modules", ".package-lock.json");
const lockfile = join(checkout, "package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs) {
  console.error("Installing npm packages ...");
  run("npm", ["ci", "--no-audit", "--no-fund"], { stdio: ["ignore", 2, 2] });
}
run(
  process.execPath,
  ["--require", "ts-node/register/transpile-only", join(checkout, "sandbox", `${entry}.ts`), ...args],
  {
    stdio: "inherit",
  },
);

function run(command, args, options) {
  const { status, signal, error } = spawnSync(command, args, { cwd: checkout, ...options });
  if (error) throw error;
  if (signal || status !== 0) process.exit(status ?? 1);
}
