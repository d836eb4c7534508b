/** `npm run docs`: writes what is drawn or listed from sources: pictures, the table of settings, the costs, the deployments, the policy rules, the attacks, the runner's actions, the report's pages. */
import { readFile, writeFile } from "node:fs/promises";
import { write as writeReportPages } from "../dryrun/report/docs";
import { architectureFile, architectureSvg } from "./architecture";
import { attacksFile, attacksPage } from "./attacks";
import { costsFile, costsPage, costsPictureFile } from "./costs";
import { costsSvg } from "./costsPicture";
import { deploymentsFile, deploymentsWritten } from "./deployments";
import { policyFile, policyPage } from "./policy";
import { readmeFile, readmeJapaneseFile, readmeJapaneseWritten, readmeWritten } from "./readme";
import { securityFile, securityWritten } from "./security";

async function write(): Promise<void> {
  await writeFile(architectureFile, await architectureSvg());
  await writeFile(costsPictureFile, costsSvg());
  await writeFile(costsFile, await costsPage());
  await writeFile(attacksFile, await attacksPage());
  await writeFile(policyFile, await policyPage());
  await writeFile(deploymentsFile, await deploymentsWritten(await readFile(deploymentsFile, "utf8")));
  await writeFile(securityFile, await securityWritten(await readFile(securityFile, "utf8")));
  await writeReportPages();
  await writeFile(readmeFile, await readmeWritten(await readFile(readmeFile, "utf8")));
  await writeFile(
    readmeJapaneseFile,
    await readmeJapaneseWritten(await readFile(readmeJapaneseFile, "utf8")),
  );
}

write().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
