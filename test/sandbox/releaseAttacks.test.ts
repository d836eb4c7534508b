import { describe, it } from "mocha";
import { expectNoneOpen } from "../attacks/expectations";
import { playNamed } from "../attacks/releases/run";
import { sampleOf } from "../attacks/releases/sample";

const seed = 20_261_129;

describe("attacks on releases", function () {
  this.timeout(600_000);

  // All of them: `npm run attack:apply`. Another sample: `npm run attack:apply -- --sample 8 --seed 2`.
  it(`end as docs/security.md says: a sample of them, with the seed ${String(seed)}`, () =>
    expectNoneOpen(8, sampleOf(8, seed), playNamed));
});
