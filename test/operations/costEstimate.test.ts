import { expect } from "chai";
import { describe, it } from "mocha";
import type { CostInputs } from "../../operations/cost/inputs";
import { builtInPrices, overridden } from "../../operations/cost/priceList";
import type { Setup } from "../../operations/cost/setups";
import { estimateOf, price, roundPrices, smallInputs } from "./costWorld";

/** Columns and total of a set-up, rounded to a hundredth of a cent. */
function usd(id: Setup["id"], changed: Partial<CostInputs> = {}, list = roundPrices): number[] {
  const { parts, usd } = estimateOf(id, { ...smallInputs, ...changed }, list);
  return [parts.computing, parts.network, parts.GitHub, usd].map((amount) => Number(amount.toFixed(4)));
}

// All expectations are worked out by hand; columns: computing, network, GitHub, total.
describe("the cost of CodeBuild", () => {
  it("is whole minutes from provisioning on, the sparse checkout through the NAT gateway, and the small jobs", () => {
    // 20 jobs x 4 minutes x 0.01; 20 x 0.5 GB x 0.05; 40 runs x 2 jobs x 1 minute x 0.008.
    expect(usd("codebuild")).to.deep.equal([0.8, 0.5, 0.64, 1.94]);
  });

  it("does not round up a whole number of minutes", () => {
    // 0.1 + 2.9 is a little more than 3 for a computer.
    expect(usd("codebuild", { provisioningMinutes: 0.1, minutes: 2.9 })[0]).to.equal(0.6);
  });

  it("has the hours and addresses of NAT gateways only where they stand for the runner alone", () => {
    // 2 gateways x 730 hours x (0.06 + 0.01), once a region.
    expect(usd("codebuild", { natGateways: 2 })[1]).to.equal(102.7);
    const twice = [1, 2].map((number) => ({ ...smallInputs.environments[0]!, name: String(number) }));
    expect(usd("codebuild", { natGateways: 2, environments: twice })[1]).to.equal(103.2);
  });

  it("has nothing for small jobs in a public repository", () => {
    expect(usd("codebuild", { publicRepository: true })[2]).to.equal(0);
  });

  it("has what GitHub may charge for self-hosted runners, in whole minutes", () => {
    const list = overridden(roundPrices, [price("githubSelfHostedMinute", 0.002)]);
    // 20 jobs x 3 minutes x 0.002.
    expect(usd("codebuild", { publicRepository: true }, list)[2]).to.equal(0.12);
  });

  it("leaves free minutes out, but never more than are used", () => {
    // 80 - 30 build minutes, 80 - 50 minutes on GitHub.
    expect(usd("codebuild", { freeAllowances: true })).to.deep.equal([0.5, 0.5, 0.24, 1.24]);
    expect(usd("codebuild", { freeAllowances: true, prs: 1 })[0]).to.equal(0);
  });

  it("takes the free minutes, which are the account's, where they are worth least", () => {
    const list = overridden(roundPrices, [price("codebuildMinute", 0.02, "ap-south-1")]);
    const environments = ["ap-south-1", "ap-northeast-1"].map((region) => ({
      name: region,
      region,
      touched: 0.5,
    }));
    // 80 x 0.02 + 80 x 0.01 - 30 x 0.01.
    expect(usd("codebuild", { environments, freeAllowances: true }, list)[0]).to.equal(2.1);
  });
});

describe("the cost of the others", () => {
  it("is credits for minutes and for every GB of a whole checkout, at CircleCI", () => {
    // 20 jobs x 13 credits (12.5 rounded up) x 0.001; 20 x 2 GB x 100 credits x 0.001.
    expect(usd("circleci")).to.deep.equal([0.26, 4, 0, 4.26]);
  });

  it("has CircleCI's free credits taken off from minutes first, then from data", () => {
    // 1,000 credits: 260 for minutes, 740 for data.
    expect(usd("circleci", { freeAllowances: true })).to.deep.equal([0, 3.26, 0, 3.26]);
    expect(usd("circleci", { freeAllowances: true, minutes: 12 })).to.deep.equal([0.2, 4, 0, 4.2]);
  });

  it("is whole minutes on GitHub's larger runners, which no free minutes are for", () => {
    // 20 jobs x 3 minutes x 0.02.
    expect(usd("githubLarger")).to.deep.equal([1.2, 0, 0.64, 1.84]);
    expect(usd("githubLarger", { freeAllowances: true })[0]).to.equal(1.2);
  });

  it("is a machine with its disk for the whole month, whatever runs on it", () => {
    // 730 hours x 0.1 + 30 GB x 0.1.
    expect(usd("ec2")).to.deep.equal([76, 0.5, 0.64, 77.14]);
    expect(usd("ec2", { prs: 0 })).to.deep.equal([76, 0, 0, 76]);
  });

  it("is a second machine where one cannot do the minutes of a month", () => {
    // 10,000 jobs x 5 minutes = 833 hours; 8,700 x 5 = 725 hours.
    expect(usd("ec2", { prs: 5000, minutes: 5 })[0]).to.equal(152);
    expect(usd("ec2", { prs: 4350, minutes: 5 })[0]).to.equal(76);
  });

  it("is a share of a node always, and a node while a job runs and starts, in the cluster", () => {
    // 0.25 x 730 x 0.1 + 20 x 4.5 minutes / 60 x 0.1.
    expect(usd("arc")).to.deep.equal([18.4, 0.5, 0.64, 19.54]);
  });
});

describe("the example of the documentation", () => {
  const inputs: CostInputs = {
    ...smallInputs,
    environments: ["ap-northeast-1", "ap-northeast-2", "ap-south-1"].map((region) => ({
      name: region,
      region,
      touched: 1,
    })),
    prs: 400,
    pushes: 5,
    minutes: 3,
    checkoutGb: 1.5,
    runnerCheckoutGb: 0.15,
    hostedMinutes: 1,
  };

  it("costs what a person works out from the prices that this program comes with", () => {
    const list = builtInPrices();
    // 6,000 jobs: 24,000 minutes x 0.005; 900 GB x 0.045; 4,000 minutes x 0.006.
    expect(usd("codebuild", inputs, list)).to.deep.equal([120, 40.5, 24, 184.5]);
    // 180,000 and 4,050,000 credits, 25,000 of them for 15 USD.
    expect(usd("circleci", inputs, list)).to.deep.equal([108, 2430, 0, 2538]);
    expect(usd("githubLarger", inputs, list)).to.deep.equal([108, 0, 24, 132]);
    // 730 hours x (0.049 + 0.0468 + 0.0246) + 90 GB x 0.08.
    expect(usd("ec2", inputs, list)).to.deep.equal([95.092, 40.5, 24, 159.592]);
  });
});
