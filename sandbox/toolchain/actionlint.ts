import { join } from "node:path";
import type { Progress } from "./cache";
import { findCommand } from "./commands";
import { goCommand, GoMissing } from "./go";

const pinned = {
  name: "actionlint",
  version: "v1.7.12",
  modules: join(__dirname, "actionlint"),
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  duration: "some seconds",
  ldflags: "-s -w -X github.com/rhysd/actionlint.version=1.7.12",
};

/**
 * Path of actionlint, which checks the committed workflow: built from pinned Go modules, or, where there is no Go, the
 * person's own. Nothing that the sandbox does needs it, so having neither is no error.
 */
export async function ensureActionlint(progress: Progress): Promise<string | undefined> {
  try {
    return await goCommand(pinned, progress);
  } catch (error) {
    if (!(error instanceof GoMissing)) throw error;
    const own = await findCommand("actionlint");
    if (!own) progress("There is no Go to build actionlint with: this sandbox goes without it.");
    return own;
  }
}
