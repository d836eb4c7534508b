import { execa } from "execa";
import { describe, it } from "mocha";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";

const checkout = join(__dirname, "..", "..");
/** Where workflows are that run here, and those that others may take. */
const folders = [".github/workflows", "docs/ci"];

describe("the workflows of this repository", function () {
  this.timeout(120_000);

  for (const folder of folders) {
    const names = readdirSync(join(checkout, folder)).filter((name) => name.endsWith(".yml"));
    it(`${folder}: ${names.join(", ")} are accepted by actionlint`, async () => {
      const actionlint = await ensureActionlint(() => undefined);
      if (actionlint === undefined)
        throw new Error("actionlint cannot be had: neither Go nor actionlint is on PATH");
      // It looks at a workflow that another one calls where that one will be.
      const repository = mkdtempSync(join(tmpdir(), "workflows-"));
      try {
        await execa("git", ["init", "--quiet"], { cwd: repository });
        for (const name of names)
          cpSync(join(checkout, folder, name), join(repository, ".github", "workflows", name));
        await execa(actionlint, [], { cwd: repository, all: true });
      } finally {
        rmSync(repository, { recursive: true });
      }
    });
  }
});
