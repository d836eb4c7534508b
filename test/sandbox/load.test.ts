import { expect } from "chai";
import { describe, it } from "mocha";
import { load, type LoadResult } from "./load/load";

/** Another one is tried with `npm run test:load -- --seed <number>`. */
const seed = 20261124;

const told = ({ problems }: Pick<LoadResult, "problems">) => `seed ${String(seed)}:\n${problems.join("\n")}`;

// Scheduler, CodeBuild's queue, watch, comment and gate are real; only the dry runs are played. Jobs that act runs are
// played by `npm run test:load -- --quota 1 --act`.
describe("many pull requests at once, to which newer pushes come", function () {
  this.timeout(420_000);

  it("end with one comment each, for the newest push, where ten builds run at once in a region", async () => {
    const result = await load({ seed, pullRequests: 30, quota: 10 });
    expect(result.problems, told(result)).to.deep.equal([]);
    expect(result.superseded, "no push superseded another").to.be.greaterThan(0);
    expect(result.comments, "no comment was so long that it has pages").to.be.greaterThan(30);
    expect(result.most, "builds never ran at once").to.be.greaterThan(1);
    expect(result.refused).to.equal(0);
  });

  it("end with one comment each where one build runs at once, and say which regions had no room", async () => {
    const result = await load({ seed, pullRequests: 30, quota: 1 });
    expect(result.problems, told(result)).to.deep.equal([]);
    expect(result.superseded, "no push superseded another").to.be.greaterThan(0);
    expect(result.most).to.equal(1);
    expect(result.refused, "never more builds came than may wait").to.be.greaterThan(0);
  });
});
