import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { mutations } from "../../sandbox/mutations/mutations";
import type { MutationName } from "../operations/doctor/mutations";
import { environments, hasRunner } from "../../stacks/environments";
import { confusions, problemsOf } from "./mutations/judge";
import { playWave, wavesOf, type Played } from "./mutations/play";
import { harmless, symptoms } from "./mutations/symptoms";
import { deployWorld, type DeployedWorld } from "./mutations/world";

const regions = environments.filter(hasRunner).length;

/** Some of them, at most three at a time, and the one that shows to a stranger. All of them: `npm run test:mutations`. */
const sample: MutationName[] = [
  ...(["webhook-missing", "no-nat-route", "role-recreated"] as const),
  ...(["guard-absent", "ingress-rule-missing"] as const),
  "unanchored-actor-filter",
];

describe("the table of symptoms", () => {
  it("has a row for every mutation, and for nothing else", () => {
    expect(Object.keys(symptoms)).to.have.members(mutations.map(({ name }) => name));
  });

  it("has no row whose pull request could be merged, but of those that break nothing", () => {
    const green = Object.entries(symptoms).filter(([, { requiredGate }]) => requiredGate.test("green"));
    expect(green.map(([name]) => name)).to.have.members(harmless);
  });
});

// One sandbox with all three stacks. In each region one thing is broken at a time, and put back before the next.
describe("a pull request, after one single change to what is deployed", function () {
  this.timeout(900_000);
  let world: DeployedWorld;
  const all: Played[] = [];

  before(async () => {
    world = await deployWorld();
  });
  after(() => world.sandbox.stop());

  const played = sample.map((name) => mutations.find((mutation) => mutation.name === name)!);
  for (const wave of wavesOf(played, regions)) {
    const names = wave.map(({ name }) => name).join(", ");
    it(`ends in the symptom of ${names}, in success once all is put back, and doctor names what it is`, async () => {
      const seen = await playWave(world, wave);
      all.push(...seen);
      for (const one of seen)
        expect(problemsOf(one), one.mutation.name).to.deep.equal({ symptom: [], doctor: [] });
    });
  }

  it("never shows the symptom of another, nor any where all is in order", () => {
    expect(all).to.have.length(sample.length);
    expect(confusions(all)).to.deep.equal([]);
  });
});
