import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/**
 * Takes a picture of the top of a page.
 *
 * @param height in pixels
 * @throws Error if there is no Chromium on the PATH
 */
export async function photograph(html: string, picture: string, height: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "picture-"));
  try {
    writeFileSync(join(folder, "page.html"), html);
    const flags = [
      "--headless",
      "--no-sandbox",
      "--hide-scrollbars",
      `--user-data-dir=${join(folder, "profile")}`,
    ];
    const size = [`--window-size=1008,${String(height)}`, `--screenshot=${picture}`];
    await execa("chromium", [...flags, ...size, `file://${join(folder, "page.html")}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
