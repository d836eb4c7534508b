import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type ReleaseWorld, startReleaseWorld } from "./apply/releaseWorld";
import { faults, play, type Undisturbed, undisturbed } from "./applyFaults/faults";

/** Of all that `npm run test:apply-faults` plays, one point for each fault: late, where objects are written. */
const sample = { "connection lost": 0.8, "API server restarted": 0.7, "process killed": 0.9 };

describe("an apply to which something happens", function () {
  this.timeout(300_000);
  let world: ReleaseWorld;
  let expected: Undisturbed;

  before(async () => {
    world = await startReleaseWorld();
    expected = await undisturbed(world);
  });

  after(() => world.stop());

  for (const fault of faults)
    it(`told the truth until then, and the next one ends as it should: ${fault}`, async () => {
      const at = Math.round(expected.requests * sample[fault]);
      expect(await play(world, fault, at, expected)).to.deep.equal([]);
    });
});
