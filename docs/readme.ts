import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { costsSummary } from "./costs";
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

/** A text with `content` between the marks of a name. */
function between(text: string, name: string, content: string): string {
  const first = `<!-- ${name}: written by \`npm run docs\` -->`;
  const last = `<!-- end of ${name} -->`;
  const [before, rest] = cut(text, first);
  const [, after] = cut(rest, last);
  return `${before}${first}\n\n${content}\n\n${last}${after}`;
}

function cut(text: string, mark: string): [string, string] {
  const [before = "", after] = text.split(mark);
  if (after === undefined) throw new Error(`README.md: the mark ${mark} is missing.`);
  return [before, after];
}
