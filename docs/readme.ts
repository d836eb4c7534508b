import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { costsSummary, wrapped } from "./costs";
import { inEnglish, inJapanese } from "./japanese";
import { between } from "./marks";
import { settingsMarkdown } from "./settings";

/** The README of the repository. */
export const readmeFile = join(__dirname, "..", "README.md");

/** The same in Japanese. */
export const readmeJapaneseFile = join(__dirname, "..", "README.ja.md");

/**
 * The text of a README with what is written from sources: the table of settings, and what the set-up costs.
 * @throws Error if the marks around one of them are missing
 */
export async function readmeWritten(text: string): Promise<string> {
  const costs = (await wrapped(costsSummary(inEnglish))).trimEnd();
  return written(text, settingsMarkdown(inEnglish), costs);
}

/**
 * The same for the Japanese README, where a paragraph is one line: GitHub shows a space for a line break.
 * @throws Error if something has not been translated
 */
export async function readmeJapaneseWritten(text: string): Promise<string> {
  return written(text, settingsMarkdown(inJapanese), costsSummary(inJapanese));
}

async function written(text: string, settings: string, costs: string): Promise<string> {
  const withBoth = between(between(text, "settings", settings), "costs", costs);
  return format(withBoth, { ...(await resolveConfig(readmeFile)), parser: "markdown" });
}
