import { expect } from "chai";
import { describe, it } from "mocha";
import { rowOf } from "../attacks/played";
import { playNamed } from "../attacks/pullRequests/run";
import { sampleOf } from "../attacks/pullRequests/sample";

const seed = 20_261_127;

describe("attacks by pull request", function () {
  this.timeout(600_000);

  // All of them: `npm run attack:pr`. Another sample: `npm run attack:pr -- --sample 4 --seed 2`.
  it(`end as docs/security.md says: a sample of them, with the seed ${String(seed)}`, async () => {
    const names = sampleOf(4, seed);
    const played = await playNamed(names);
    expect(played.map(({ attack }) => attack.name))
      .to.have.members(names)
      .and.to.have.length(4);
    const open = played.filter(({ verdict }) => verdict === "open");
    expect(open.map(rowOf)).to.deep.equal([]);
  });
});
