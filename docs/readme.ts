import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { settingsMarkdown } from "./settings";

/** The README of the repository. */
export const readmeFile = join(__dirname, "..", "README.md");

/**
 * The text of a README with its table of settings as stacks/settingsTable.ts has it now.
 * @throws Error if the marks around the table are missing
 */
export async function readmeWithSettings(text: string): Promise<string> {
  const [before, rest] = cut(text, "<!-- settings: written by `npm run docs` -->");
  const [, after] = cut(rest, "<!-- end of settings -->");
  const written = [
    before,
    "<!-- settings: written by `npm run docs` -->",
    `\n\n${settingsMarkdown()}\n\n`,
    "<!-- end of settings -->",
    after,
  ].join("");
  return format(written, { ...(await resolveConfig(readmeFile)), parser: "markdown" });
}

function cut(text: string, mark: string): [string, string] {
  const [before = "", after] = text.split(mark);
  if (after === undefined) throw new Error(`README.md: the mark ${mark} is missing.`);
  return [before, after];
}
