import { readFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { architectureFile, architectureSvg } from "../../docs/architecture";
import { page } from "./markdown";

describe("the picture of the README", () => {
  it("is what docs/architecture.dot draws now (mend: npm run docs)", async () => {
    expect(readFileSync(architectureFile, "utf8")).to.equal(await architectureSvg());
  });

  it("has a background of its own and a description for those who do not see it", () => {
    expect(readFileSync(architectureFile, "utf8")).to.match(/<polygon fill="#ffffff"/);
    expect(page("README.md").text).to.match(/!\[[^\]]{50,}\]\(docs\/architecture\.svg\)/);
  });
});
