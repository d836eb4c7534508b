import { expect } from "chai";
import { describe, it } from "mocha";
import { readFileSync } from "node:fs";
import { deploymentsFile, deploymentsWritten } from "../../docs/deployments";

describe("docs/deployments.md", () => {
  it("lists the settings and the calls that the project has", async () => {
    const text = readFileSync(deploymentsFile, "utf8");
    expect(text).to.equal(await deploymentsWritten(text));
  });
});
