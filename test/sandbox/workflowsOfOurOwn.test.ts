import { execa } from "execa";
import { describe, it } from "mocha";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";

const folder = join(__dirname, "..", "..", ".github", "workflows");

describe("the workflows of this repository", function () {
  this.timeout(120_000);

  for (const name of readdirSync(folder))
    it(`${name} is accepted by actionlint`, async () => {
      const actionlint = await ensureActionlint(() => undefined);
      if (actionlint === undefined)
        throw new Error("actionlint cannot be had: neither Go nor actionlint is on PATH");
      await execa(actionlint, [join(folder, name)], { all: true });
    });
});
