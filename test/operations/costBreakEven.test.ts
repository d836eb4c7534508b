import { expect } from "chai";
import { describe, it } from "mocha";
import { breakEvens, breakEvenWords, type Range } from "../../operations/cost/breakEven";
import type { CostInputs } from "../../operations/cost/inputs";
import { overridden } from "../../operations/cost/priceList";
import { setups, type Setup } from "../../operations/cost/setups";
import { price, roundPrices, smallInputs } from "./costWorld";

const inputs: CostInputs = {
  ...smallInputs,
  environments: [{ name: "one", region: "ap-northeast-1", touched: 1 }],
  pushes: 1,
  minutes: 3,
};

function cheaper(id: Setup["id"], changed: Partial<CostInputs>, list = roundPrices, limit = 2000): Range[] {
  const found = breakEvens({ ...inputs, ...changed }, list, limit).find(({ setup }) => setup.id === id);
  return found!.cheaper;
}

const words = (ranges: Range[]) => breakEvenWords({ setup: setups[1]!, limit: 2000, cheaper: ranges });

describe("the break-even", () => {
  it("is the first number of pull requests at which the other set-up is cheaper, not as dear", () => {
    // A pull request costs 4 minutes x 0.01; the machine 76 in all. 1,900 cost the same.
    expect(cheaper("ec2", {})).to.deep.equal([{ from: 1901, to: 2000 }]);
  });

  it("is nowhere for what costs more from the first pull request on", () => {
    expect(cheaper("circleci", {})).to.deep.equal([]);
  });

  it("is everywhere for what costs less from the first pull request on", () => {
    const list = overridden(roundPrices, [price("githubLargerMinute", 0.005)]);
    expect(cheaper("githubLarger", { runnerCheckoutGb: 0.5 }, list)).to.deep.equal([{ from: 1, to: 2000 }]);
  });

  it("can be crossed more than once: another machine is dearer again until it is used", () => {
    const list = overridden(roundPrices, [price("instanceHour", 0.5)]);
    // A pull request costs 401 minutes x 0.01, a machine 368 and does 109 pull requests.
    expect(cheaper("ec2", { minutes: 400 }, list, 219)).to.deep.equal([
      { from: 92, to: 109 },
      { from: 184, to: 219 },
    ]);
  });

  it("does not depend on the number of pull requests that was put in", () => {
    expect(cheaper("ec2", { prs: 7 })).to.deep.equal(cheaper("ec2", { prs: 700 }));
  });

  it("is said in words", () => {
    expect(words([])).to.equal("never, up to 2,000 pull requests a month");
    expect(words([{ from: 1, to: 2000 }])).to.equal("always");
    expect(words([{ from: 317, to: 2000 }])).to.equal("from 317 pull requests a month on");
    expect(words([{ from: 0, to: 40 }])).to.equal("up to 40 pull requests a month");
    expect(
      words([
        { from: 92, to: 109 },
        { from: 184, to: 2000 },
      ]),
    ).to.equal("from 92 to 109 pull requests a month, from 184 pull requests a month on");
  });
});
