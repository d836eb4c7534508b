/**
 * `npm run picture:comment`: takes the picture of a pull request's comment for the README, from the page that
 * `npm run demo` has written. Needs a Chromium on the PATH.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { photograph } from "./photograph";

const root = join(__dirname, "..", "..");
const page = join(root, ".sandbox", "demo.html");

async function main(): Promise<void> {
  const html = readFileSync(page, "utf8");
  // The first difference is unfolded, as a reader would do.
  await photograph(html.replace("<details>", "<details open>"), join(root, "docs", "comment.png"), 900);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
