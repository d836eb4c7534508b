import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";

/** How many of all faults; the seed makes them the same ones each time. */
const faults = 3;

describe("npm run chaos", function () {
  this.timeout(900_000);

  it("survives a sample of all faults", async () => {
    const sample = ["--sample", String(faults), "--seed", "1", "--sandboxes", "2"];
    const args = ["run", "--silent", "chaos", "--", ...sample];
    const { exitCode, stdout, all } = await execa("npm", args, { cwd: checkout, reject: false, all: true });
    expect(exitCode, all).to.equal(0);
    expect(stdout.trim().split("\n").at(-1)).to.equal(`${String(faults)} faults, 0 not survived`);
  });
});
