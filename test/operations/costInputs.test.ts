import { expect } from "chai";
import { describe, it } from "mocha";
import { readInputs, type Known, type Measured } from "../../operations/cost/readInputs";
import { hostedJobsOf } from "../../operations/cost/workflowJobs";
import { environments } from "../committed/sampleEnvironments";

const known: Known = {
  environments: [
    { name: "one", region: "ap-northeast-1" },
    { name: "two", region: "ap-south-1" },
  ],
  hostedJobs: 2,
  publicRepository: false,
  freeAllowances: false,
};

const measured: Measured = {
  numbers: { prs: 12.5, checkoutGb: 0.2, runnerCheckoutGb: 0.01 },
  touched: { one: 0.25 },
  how: { prs: "measured: prs", checkoutGb: "measured: size", touched: "measured: shares" },
};

describe("the inputs of the cost", () => {
  it("are what is given, with its origin", () => {
    const { inputs, origins } = readInputs({ prs: "400", touched: "0.5", natGateways: "0" }, known, measured);
    expect(inputs.prs).to.equal(400);
    expect(inputs.natGateways).to.equal(0);
    expect(inputs.environments.map(({ touched }) => touched)).to.deep.equal([0.5, 0.5]);
    expect(origins).to.include({ prs: "given", touched: "given", natGateways: "given" });
  });

  it("are else what is measured; a cluster that is not, is touched by all", () => {
    const { inputs, origins } = readInputs({}, known, measured);
    expect(inputs).to.include({ prs: 12.5, checkoutGb: 0.2, runnerCheckoutGb: 0.01 });
    expect(inputs.environments.map(({ touched }) => touched)).to.deep.equal([0.25, 1]);
    expect(origins).to.include({ prs: "measured: prs", touched: "measured: shares" });
  });

  it("are else assumed, and say so", () => {
    const { inputs, origins } = readInputs({}, known);
    expect(inputs).to.include({ prs: 100, pushes: 3, minutes: 3, provisioningMinutes: 1, natGateways: 0 });
    for (const origin of Object.values(origins)) expect(origin).to.match(/^assumed/);
  });

  it("take a hundredth of the checkout that was given for a sparse one, unless that is known", () => {
    expect(readInputs({ checkoutGb: "1.5" }, known).inputs.runnerCheckoutGb).to.be.closeTo(0.015, 1e-12);
    expect(
      readInputs({ checkoutGb: "1.5", runnerCheckoutGb: "0.7" }, known).inputs.runnerCheckoutGb,
    ).to.equal(0.7);
  });

  it("are refused where they are no numbers, below zero or not finite, all at once", () => {
    expect(() => readInputs({ prs: "many", minutes: "-1", checkoutGb: "", touched: "1.1" }, known)).to.throw(
      [
        '--prs "many": expected a number, 0 or more',
        '--minutes "-1": expected a number, 0 or more',
        '--checkout-gb "": expected a number, 0 or more',
        '--touched "1.1": expected a number from 0 to 1',
      ].join("\n"),
    );
    expect(() => readInputs({ prs: "Infinity" }, known)).to.throw("--prs");
  });
});

describe("the small jobs of the workflow", () => {
  it("are those on GitHub's own runners, not those next to the clusters", () => {
    const withRunner = environments.filter(({ runner }) => runner !== undefined);
    expect(withRunner).to.have.length.above(1);
    const jobs = hostedJobsOf(environments);
    expect(jobs).to.be.at.least(2);
    expect(hostedJobsOf(environments.filter((one) => one !== withRunner[0]))).to.equal(jobs);
  });
});
