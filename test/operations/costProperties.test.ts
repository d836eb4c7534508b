import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { estimates } from "../../operations/cost/estimate";
import type { CostInputs } from "../../operations/cost/inputs";
import { builtInPrices } from "../../operations/cost/priceList";

const list = builtInPrices();
const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });

const inputs: fc.Arbitrary<CostInputs> = fc.record({
  environments: fc.array(
    fc.record({
      name: fc.string(),
      region: fc.constantFrom("ap-northeast-1", "ap-south-1", "eu-west-1"),
      touched: amount(1),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  prs: amount(2000),
  pushes: amount(20),
  minutes: amount(60),
  checkoutGb: amount(10),
  runnerCheckoutGb: amount(10),
  provisioningMinutes: amount(5),
  natGateways: fc.nat(3),
  hostedJobs: fc.nat(5),
  hostedMinutes: amount(10),
  publicRepository: fc.boolean(),
  freeAllowances: fc.boolean(),
});

const grows = [
  "prs",
  "pushes",
  "minutes",
  "checkoutGb",
  "runnerCheckoutGb",
  "provisioningMinutes",
  "natGateways",
  "hostedJobs",
  "hostedMinutes",
] as const;

const totals = (one: CostInputs) => estimates(one, list).map(({ usd }) => usd);

function expectNotLess(more: CostInputs, less: CostInputs): void {
  const before = totals(less);
  totals(more).forEach((usd, index) => {
    expect(usd).to.be.at.least(before[index]! - 1e-6);
  });
}

describe("every set-up", () => {
  for (const name of grows) {
    it(`costs no less with more of ${name}`, () => {
      fc.assert(
        fc.property(inputs, fc.nat(50), (less, more) => {
          expectNotLess({ ...less, [name]: less[name] + more }, less);
        }),
      );
    });
  }

  it("costs no less where a cluster is touched more often, or where there is one more", () => {
    fc.assert(
      fc.property(inputs, amount(1), (less, share) => {
        const [first, ...rest] = less.environments;
        const oftener = { ...first!, touched: Math.max(first!.touched, share) };
        expectNotLess({ ...less, environments: [oftener, ...rest] }, less);
        expectNotLess(
          { ...less, environments: [...less.environments, { ...oftener, touched: share }] },
          less,
        );
      }),
    );
  });

  it("costs no less without free allowances, and never less than nothing", () => {
    fc.assert(
      fc.property(inputs, (one) => {
        const free = { ...one, freeAllowances: true };
        expectNotLess({ ...one, freeAllowances: false }, free);
        for (const usd of totals(free)) expect(usd).to.be.at.least(-1e-6);
      }),
    );
  });

  it("is the sum of its columns, and of its lines", () => {
    fc.assert(
      fc.property(inputs, (one) => {
        for (const { parts, lines, usd } of estimates(one, list)) {
          expect(parts.computing + parts.network + parts.GitHub).to.be.closeTo(usd, 1e-6);
          expect(lines.reduce((sum, line) => sum + line.usd!, 0)).to.be.closeTo(usd, 1e-6);
        }
      }),
    );
  });
});
