import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { costsSummary } from "./costs";
import { between } from "./marks";
import { settingsMarkdown } from "./settings";

/** The README of the repository. */
export const readmeFile = join(__dirname, "..", "README.md");

/**
 * The text of a README with what is written from sources: the table of settings, and what the set-up costs.
 * @throws Error if the marks around one of them are missing
 */
export async function readmeWritten(text: string): Promise<string> {
  const withSettings = between(text, "settings", settingsMarkdown());
  const written = between(withSettings, "costs", (await costsSummary()).trimEnd());
  return format(written, { ...(await resolveConfig(readmeFile)), parser: "markdown" });
}
