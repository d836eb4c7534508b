import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { runnerActions, type RunnerAction } from "../components/runnerActions";
import { markdownTable } from "./markdownTable";
import { between } from "./marks";

/** The page about security. */
export const securityFile = join(__dirname, "security.md");

/**
 * The text of docs/security.md with the table of the runner's actions.
 * @throws Error if the marks around it are missing
 */
export async function securityWritten(text: string): Promise<string> {
  const written = between(text, "runner's actions", actionsTable());
  return format(written, { ...(await resolveConfig(securityFile)), parser: "markdown" });
}

function actionsTable(): string {
  const rows: RunnerAction[] = Object.values(runnerActions).flat();
  return markdownTable(
    ["Action", "Called by", "Shown here", "Source"],
    rows.map(({ action, calledBy, source, notProvable }) => [
      `\`${action.includes(":") ? action : `codeconnections:${action}`}\``,
      calledBy,
      notProvable === undefined ? "yes" : `Documented, not provable here. ${notProvable}`,
      `[AWS](${source})`,
    ]),
  );
}
