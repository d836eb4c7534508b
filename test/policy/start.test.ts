import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";

/** Loaded by the policy pack's process: ends it once it has said its port, and says what TypeScript has read by then. */
const observer = `
const fs = require("node:fs");
const read = new Set();
const { readFileSync } = fs;
fs.readFileSync = (path, ...others) => {
  if (String(path).endsWith(".ts")) read.add(String(path));
  return readFileSync(path, ...others);
};
const write = process.stdout.write;
process.stdout.write = function (text, ...others) {
  write.call(this, [...read].join("\\n"), () => process.exit());
  return true;
};
`;

describe("the start of the policy pack", () => {
  it("reads what it runs, and no file of types: those of AWS alone would take seconds of each preview", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policy-start-"));
    try {
      const file = join(folder, "observer.cjs");
      await writeFile(file, observer);
      const run = join(checkout, "node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js");
      const { stdout } = await execa(process.execPath, ["--require", file, run, "127.0.0.1:1", "."], {
        cwd: join(checkout, "policy"),
      });
      const read = stdout.split("\n");
      expect(read).to.include(join(checkout, "policy/index.ts"));
      expect(read.filter((path) => path.endsWith(".d.ts"))).to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
