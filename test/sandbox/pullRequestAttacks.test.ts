import { describe, it } from "mocha";
import { expectNoneOpen } from "../attacks/expectations";
import { playNamed } from "../attacks/pullRequests/run";
import { sampleOf } from "../attacks/pullRequests/sample";

const seed = 20_261_127;

describe("attacks by pull request", function () {
  this.timeout(600_000);

  // All of them: `npm run attack:pr`. Another sample: `npm run attack:pr -- --sample 4 --seed 2`.
  it(`end as docs/security.md says: a sample of them, with the seed ${String(seed)}`, () =>
    expectNoneOpen(4, sampleOf(4, seed), playNamed));
});
