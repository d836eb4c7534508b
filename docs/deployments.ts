import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Call } from "../deployments/permissions/call";
import { table } from "../deployments/permissions/calls";
import { deploymentsTable } from "../deployments/settingsTable";
import { markdownTable } from "./markdownTable";
import { between } from "./marks";
import { tableMarkdown } from "./settings";

/** The page of Pulumi Deployments. */
export const deploymentsFile = join(__dirname, "deployments.md");

/**
 * The text of docs/deployments.md with what is written from sources: the table of settings, and that of AWS's calls.
 * @throws Error if the marks around one of them are missing
 */
export async function deploymentsWritten(text: string): Promise<string> {
  const withSettings = between(text, "settings", tableMarkdown(deploymentsTable));
  const written = between(withSettings, "calls", callsMarkdown());
  return format(written, { ...(await resolveConfig(deploymentsFile)), parser: "markdown" });
}

function callsMarkdown(): string {
  return markdownTable(
    ["Action", "When", "For", "Source"],
    table.map(({ action, by, source }) => [
      `\`${action}\``,
      by.operations.join(", "),
      by.of.join(", "),
      sourceMarkdown(source),
    ]),
  );
}

/** Code by its repository and path, a page as a link. */
function sourceMarkdown(source: Call["source"]): string {
  if (!source.startsWith("https://")) return `\`${source}\``;
  return `[AWS](${source})`;
}
