import { readFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { policyFile, policyPage } from "../../docs/policy";

describe("docs/policy.md", () => {
  it("is what the rules say now (mend: npm run docs)", async () => {
    expect(readFileSync(policyFile, "utf8")).to.equal(await policyPage());
  });
});
