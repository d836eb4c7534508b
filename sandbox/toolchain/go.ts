import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cached, type Progress } from "./cache";
import { findCommand } from "./commands";

/** Thrown where Go is needed and is not on `PATH`. */
export class GoMissing extends Error {}

/** A command that is built from a pinned Go module; `modules` is the folder with its go.mod and go.sum. */
export interface GoCommand {
  name: string;
  version: string;
  modules: string;
  package: string;
  /** How long a first build takes, in words. */
  duration: string;
  tags?: string[];
  ldflags?: string;
}

/**
 * Path of the command's binary in the user's cache, built if it is not there.
 *
 * @param progress hears of the build, if there is one
 * @throws GoMissing if it must be built and there is no `go` on `PATH`
 */
export async function goCommand(command: GoCommand, progress: Progress): Promise<string> {
  const folder = await cached(`${command.name}-${command.version}`, async (unfinished) => {
    const go = await findCommand("go");
    if (!go) throw new GoMissing();
    await build(go, command, unfinished, progress);
  });
  return join(folder, "bin", command.name);
}

async function build(go: string, command: GoCommand, folder: string, progress: Progress): Promise<void> {
  progress(
    `Building ${command.name} ${command.version} with Go, once for this user (${command.duration}) ...`,
  );
  const bin = join(folder, "bin");
  await mkdir(bin);
  // Built by the path of the command: `go mod download` without arguments and `go list -m all` would ask for metadata
  // of modules that take no part in the build, and not every module proxy has them.
  await execa(
    go,
    [
      "build",
      "-mod=readonly",
      "-trimpath",
      // What only debuggers read is not in the binary: making it first would be a tenth of the build.
      "-gcflags=all=-dwarf=false",
      ...(command.tags ? ["-tags", command.tags.join(",")] : []),
      ...(command.ldflags ? ["-ldflags", command.ldflags] : []),
      "-o",
      join(bin, command.name),
      command.package,
    ],
    {
      cwd: command.modules,
      // A workspace of the person's own would replace the pinned modules. The compiler's garbage collection, at Go's own
      // pace, was a sixth of a build: it lets more gather, up to a limit that small machines can bear.
      env: { GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0", GOGC: "400", GOMEMLIMIT: "2GiB" },
      stdin: "ignore",
    },
  ).catch((error: unknown) => {
    throw new Error(`Building ${command.name} ${command.version} with Go failed.`, { cause: error });
  });
}
