import { expect } from "chai";
import { execa } from "execa";
import { describe, it } from "mocha";
import { checkout } from "../../sandbox/folder";

/** How many of all faults, and which: the same ones each time. */
const sample = ["--sample", "5", "--seed", "1"];

describe("npm run chaos", function () {
  this.timeout(900_000);

  it("survives a sample of all faults", async () => {
    const args = ["run", "--silent", "chaos", "--", ...sample, "--sandboxes", "2"];
    const { exitCode, stdout, all } = await execa("npm", args, { cwd: checkout, reject: false, all: true });
    expect(exitCode, all).to.equal(0);
    expect(stdout.trim().split("\n").at(-1)).to.equal("8 faults, 0 not survived");
  });
});
