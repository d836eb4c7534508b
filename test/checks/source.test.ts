import { execa } from "execa";
import { describe, it } from "mocha";

// Run as tests, so that one run of mocha is the whole verdict and its closing line counts them.
describe("the source", function () {
  this.timeout(900_000);

  it("type-checks", async () => {
    await execa("npx", ["tsc"], { preferLocal: true, all: true });
  });

  it("passes the linter", async () => {
    await execa("npx", ["eslint", "."], { preferLocal: true, all: true });
  });

  it("is formatted", async () => {
    await execa("npx", ["prettier", "--check", "."], { preferLocal: true, all: true });
  });
});
