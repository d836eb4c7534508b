import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { stateSigns } from "../../dryrun/report/objectText";
import { gateOf, states } from "../../dryrun/report/verdicts";
import { page, section } from "./markdown";

const reviewers = section(page("README.md"), "What reviewers see");

describe("what the README says that reviewers see", () => {
  it("are all states by their signs, the first that applies first, and what each does to the job", () => {
    const rows = [...reviewers.matchAll(/^\| (\S+) ([a-z ]+?) +\|.*\| (\w+) +\|$/gm)].map(
      ([, ...row]) => row,
    );
    expect(rows).to.deep.equal(states.map((state) => [stateSigns[state], state, gateOf(state)]));
  });

  it("has a picture (npm run picture:report) that is no burden to load, described for those who do not see it", () => {
    const picture = readFileSync(join(__dirname, "..", "..", "docs", "report.png"));
    expect(picture.subarray(1, 4).toString()).to.equal("PNG");
    expect(picture.length).to.be.below(300_000);
    expect(reviewers).to.match(/!\[[^\]]{100,}\]\(docs\/report\.png\)/);
  });
});
