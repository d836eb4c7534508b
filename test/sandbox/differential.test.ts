import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { compare } from "../differential/differential";
import { startWorld, type World } from "../differential/world";

/** More of them, and others each time: `npm run test:differential`. */
const cases = 100;
const seed = 20261123;

describe("the dry run beside kubectl", function () {
  this.timeout(300_000);
  let directory: string;
  let world: World;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "differential-"));
    world = await startWorld(directory, 35);
  });

  after(async () => {
    await world.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it(`says of each of ${String(cases)} objects what kubectl diff and kubectl apply say of it alone`, async () => {
    const { disagreements, verdicts } = await compare(world, cases, seed);
    expect(disagreements, disagreements.join("\n\n")).to.deep.equal([]);
    // Cases that all end alike would prove nothing.
    for (const verdict of ["create", "change", "unchanged", "refused"]) {
      expect(verdicts.get(verdict), verdict).to.be.greaterThan(4);
    }
  });
});
