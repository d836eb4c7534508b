import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { releaseActions, type ReleaseAction } from "../components/releaseActions";
import { runnerActions, type RunnerAction } from "../components/runnerActions";
import { deniedOverrides, harmlessParameters } from "../components/startBuildOverrides";
import { markdownTable } from "./markdownTable";
import { between } from "./marks";

/** The page about security. */
export const securityFile = join(__dirname, "security.md");

/**
 * The text of docs/security.md with the tables of the roles' actions, and of what StartBuild takes.
 * @throws Error if the marks around it are missing
 */
export async function securityWritten(text: string): Promise<string> {
  const tables = {
    "runner's actions": actionsTable(),
    "release's actions": releaseActionsTable(),
    "parameters of StartBuild": parametersTable(),
  };
  const written = Object.entries(tables).reduce((page, [name, table]) => between(page, name, table), text);
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

function releaseActionsTable(): string {
  const rows: ReleaseAction[] = Object.values(releaseActions).flat();
  return markdownTable(
    ["Action", "For", "Source"],
    rows.map(({ action, calledFor, source }) => [`\`${action}\``, calledFor, `[AWS](${source})`]),
  );
}

function parametersTable(): string {
  const denied = deniedOverrides.map(({ parameter }) => `\`${parameter}\``).join(", ");
  return markdownTable(
    ["Parameter", "What holds"],
    [
      [denied, "The role's policy demands that it is absent."],
      ...harmlessParameters.map(({ parameter, harmlessBecause }) => [
        `\`${parameter}\``,
        `Free: ${harmlessBecause}.`,
      ]),
    ],
  );
}
