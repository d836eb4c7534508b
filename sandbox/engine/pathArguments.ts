import { resolve } from "node:path";

/**
 * Flags of pulumi that name a file or folder (pulumi/pulumi:pkg/cmd/pulumi). `--config-file` is none of them: what it
 * names is a stack file, and of those the sandbox has copies.
 */
const pathFlags = ["--save-plan", "--plan", "--import-file", "--file", "--out", "--event-log"];
/** Flags that name several, with commas between. */
const pathListFlags = ["--policy-pack", "--policy-pack-config"];
/** Short forms in `pulumi import`; elsewhere the same letters mean something else. */
const importFlags = ["-f", "-o"];

/** The arguments with paths that mean the same from every folder, as they mean seen from `folder`. */
export function withAbsolutePaths(given: string[], folder: string): string[] {
  const end = given.includes("--") ? given.indexOf("--") : given.length;
  const single = isImport(given.slice(0, end)) ? [...pathFlags, ...importFlags] : pathFlags;
  const absolute = (flag: string, value: string): string | undefined => {
    if (single.includes(flag)) return resolve(folder, value);
    if (!pathListFlags.includes(flag)) return undefined;
    return value
      .split(",")
      .map((path) => resolve(folder, path))
      .join();
  };
  return given.map((argument, index) => {
    if (index >= end) return argument;
    const joined = /^(--[a-z-]+)=(.+)$/.exec(argument);
    if (joined) {
      const [, flag = "", value = ""] = joined;
      const path = absolute(flag, value);
      return path === undefined ? argument : `${flag}=${path}`;
    }
    return absolute(given[index - 1] ?? "", argument) ?? argument;
  });
}

/** `pulumi import`, not `pulumi stack import`. */
function isImport(given: string[]): boolean {
  return given.includes("import") && !given.includes("stack");
}
