import { expect } from "chai";
import { describe, it } from "mocha";
import { securityWritten } from "../../docs/security";
import { page } from "./markdown";

describe("docs/security.md", () => {
  const { text } = page("docs/security.md");

  it("has the runner's actions as their table has them now (mend: npm run docs)", async () => {
    expect(text).to.equal(await securityWritten(text));
  });
});
