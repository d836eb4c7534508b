/**
 * The `npm` of the sandbox's hosted machines. `npm ci` finds what it would install: the sandbox has no registry, and the checkout
 * that it was started from has the packages of its lock file. Everything else is npm's own.
 * Started as `<checkout> <arguments...>`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const [checkout = "", ...args] = process.argv.slice(2);

if (args[0] === "ci") install(args.slice(1));
else {
  const npm = join(dirname(process.execPath), "npm");
  process.exitCode = spawnSync(npm, args, { stdio: "inherit" }).status ?? 1;
}

function install(flags: string[]): void {
  if (flags.length > 0) fail(`npm ci ${flags.join(" ")}`);
  const lockFile = "package-lock.json";
  const isSame = (name: string) => existsSync(name) && read(name) === read(join(checkout, name));
  if (!isSame(lockFile)) fail(`${lockFile} is not the one of ${checkout}: npm ci`);
  symlinkSync(join(checkout, "node_modules"), "node_modules");
  console.log("The packages of package-lock.json are there.");
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}

function fail(what: string): never {
  console.error(`${what} needs a registry, which the sandbox does not have.`);
  process.exit(1);
}
