import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { reportJsonSchema } from "./schema";
import { verdictsPage } from "./verdictsPage";

const root = join(__dirname, "../..");

/** The pages of docs/ that come from the report's code, by path. */
export async function docs(): Promise<Record<string, string>> {
  return {
    "docs/verdicts.md": await format(verdictsPage(), { parser: "markdown" }),
    "docs/report.schema.json": await format(reportJsonSchema(), { parser: "json", printWidth: 110 }),
  };
}

/** Writes them. */
export async function write(): Promise<void> {
  for (const [path, text] of Object.entries(await docs())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

if (require.main === module) void write();
