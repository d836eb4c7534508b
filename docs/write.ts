/** `npm run docs`: writes what is drawn or listed from sources: the picture, the table of settings, the report's pages. */
import { readFile, writeFile } from "node:fs/promises";
import { write as writeReportPages } from "../dryrun/report/docs";
import { architectureFile, architectureSvg } from "./architecture";
import { readmeFile, readmeWithSettings } from "./readme";

async function write(): Promise<void> {
  await writeFile(architectureFile, await architectureSvg());
  await writeReportPages();
  await writeFile(readmeFile, await readmeWithSettings(await readFile(readmeFile, "utf8")));
}

write().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
