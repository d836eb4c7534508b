import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { besideOthers } from "./deployedWorld";

const unasked = ["--yes", "--skip-preview"];

describe("two updates at once", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(async () => {
    await sandbox.stop();
  });

  const up = (stack: string) => sandbox.pulumi(["up", ...unasked], { stack });

  /** What is deployed is what the state says, and what the program wants. */
  async function expectDone(stack: string): Promise<void> {
    const { exitCode, all } = await sandbox.pulumi(["up", ...unasked, "--refresh", "--expect-no-changes"], {
      stack,
    });
    expect(exitCode, all).to.equal(0);
  }

  it("on one stack: the second is refused and says how to go on, and the first goes through", async () => {
    const first = up("in-production");
    await locked(sandbox);
    const second = await up("in-production");
    expect(second.exitCode, second.all).not.to.equal(0);
    expect(second.all).to.match(/the stack is currently locked by 1 lock/);
    expect(second.all).to.include("pulumi cancel");
    // What an update that begins says first, and what it has done.
    expect(second.all).not.to.match(/^Updating|^Resources:/m);
    const { exitCode, all } = await first;
    expect(exitCode, all).to.equal(0);
    await expectDone("in-production");
  });

  it("on two stacks: both go through, and no file is committed twice", async () => {
    const [region, home] = await Promise.all([up("kr-production"), besideOthers(() => up("ja-production"))]);
    expect(region.exitCode, region.all).to.equal(0);
    expect(home.exitCode, home.all).to.equal(0);
    await expectDone("kr-production");
    const { stdout } = await sandbox.git(["log", "--format=%s", "main", "--", ".github"]);
    const ours = stdout.split("\n").filter((subject) => subject.startsWith("eks-dryrun-runner: "));
    expect(new Set(ours)).to.have.length(ours.length);

    // The home stack may have looked before the other one was deployed.
    const again = await up("ja-production");
    expect(again.exitCode, again.all).to.equal(0);
    await expectDone("ja-production");
  });
});

/** Waits until an update has the lock of its stack. */
async function locked(sandbox: Sandbox): Promise<void> {
  const folder = join(sandbox.folder.pulumiState(), ".pulumi", "locks");
  const locks = () => (existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []);
  while (!locks().some((name) => name.endsWith(".json"))) await sleep(50);
}
