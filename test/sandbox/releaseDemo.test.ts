import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { playDemo, type PlayedDemo } from "./playedDemo";

const stacks = ["kr-production", "ja-production", "in-production"];

describe("a release, with npm run demo -- --release", function () {
  // The first start on a machine builds the engine, which takes minutes.
  this.timeout(900_000);
  let demo: PlayedDemo;
  let release: string;

  before(async () => {
    demo = await playDemo(`release-${String(process.pid)}`, "--release", "--yes");
    release = demo.part("A release: v1.0.0");
  });
  after(() => demo.forget());

  it("shows before the first approval what was reviewed, and what in the clusters is of nobody's pull request", () => {
    const [comparison = ""] = release.split("approves it for");
    expect(comparison).to.include("The release does not only what was reviewed");
    for (const stack of stacks) {
      expect(comparison).to.match(new RegExp(`change Deployment data-platform/api \\(in ${stack}\\)`));
      expect(comparison).to.match(
        new RegExp(`As reviewed \\(3\\)[^]*transfer-worker\` \\(in \`${stack}\`\\) by \\[#1\\]`),
      );
    }
  });

  it("is applied to one cluster after the other, each when somebody has approved it", () => {
    const approvals = [...release.matchAll(/(?:approves it for (\S+)|✓ apply-(\S+) \/ apply)/g)];
    expect(approvals.map(([, approved, applied]) => approved ?? applied)).to.deep.equal(
      stacks.flatMap((stack) => [stack, stack]),
    );
    expect(release).to.include("The run ended: success.");
  });

  it("says in its text what was applied to each cluster", () => {
    const [, text = ""] = release.split("The text of v1.0.0 now:");
    for (const stack of stacks) expect(text).to.match(new RegExp(`${stack}.*applied`));
    expect(demo.page()).to.include("The text of the release v1.0.0");
  });

  it("leaves nothing to do: a release of the same commit would change no cluster", () => {
    const again = demo.part("A release: v1.0.1");
    for (const stack of stacks) expect(again).to.include(`| \`${stack}\` | ✅ no change |`);
    expect(again).to.include("The release does what was reviewed");
  });
});
