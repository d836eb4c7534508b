import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { stackNames } from "../../sandbox/engine/project";
import { layFirstWorld } from "../../sandbox/firstWorld";
import { checkout, SandboxFolder } from "../../sandbox/folder";

describe("what the first start of a sandbox for tests makes", function () {
  // The first test to need it on this machine makes it, and perhaps the tools.
  this.timeout(900_000);
  let root: string;
  let one: SandboxFolder;
  let other: SandboxFolder;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "first-world-"));
    [one, other] = [new SandboxFolder(join(root, "one")), new SandboxFolder(join(root, "other"))];
    await layFirstWorld(one);
  });
  after(() => rm(root, { recursive: true, force: true }));

  it("is a seeded world in which every stack is initialised", async () => {
    expect(existsSync(one.seeded())).to.equal(true);
    const stacks = await stackNames(checkout);
    expect(await stackNames(one.project().folder)).to.deep.equal(stacks);
    for (const stack of stacks) {
      const state = join(one.pulumiState(), ".pulumi", "stacks", "eks-dryrun-runner", `${stack}.json`);
      expect(JSON.parse(await readFile(state, "utf8"))).to.include.keys("checkpoint");
    }
  });

  it("says nothing of the sandbox that made it: where the checkout is, and where its services listened", () => {
    expect(one.state()).to.equal(undefined);
    expect(existsSync(join(one.project().folder, "Pulumi.yaml"))).to.equal(false);
  });

  it("is each sandbox's own: what one changes, another does not see", async () => {
    const head = (folder: SandboxFolder) => join(folder.targetRepository(), "HEAD");
    await appendFile(head(one), "changed\n");
    await layFirstWorld(other);
    expect(await readFile(head(other), "utf8")).to.not.include("changed");
  });
});
