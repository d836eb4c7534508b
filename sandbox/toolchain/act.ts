import { join } from "node:path";
import type { Progress } from "./cache";
import { goCommand, GoMissing } from "./go";
import { findCommand } from "./commands";

const version = "v0.2.89";
const pinned = {
  name: "act",
  version,
  modules: join(__dirname, "act"),
  package: "github.com/nektos/act",
  duration: "some seconds",
  ldflags: "-s -w",
};

/**
 * Path of act, which runs the steps of jobs: built from pinned Go modules, or, where there is no Go, the person's own.
 *
 * @throws Error if there is neither
 */
export async function ensureAct(progress: Progress): Promise<string> {
  try {
    return await goCommand(pinned, progress);
  } catch (error) {
    if (!(error instanceof GoMissing)) throw error;
    const own = await findCommand("act");
    if (own) return own;
    throw new Error(
      `There is no Go to build act ${version} with. Do one of the two, then run this command again:\n` +
        "  - install Go 1.25 or newer: https://go.dev/doc/install\n" +
        `  - install act ${version} or newer: https://nektosact.com/installation/index.html`,
      { cause: error },
    );
  }
}
