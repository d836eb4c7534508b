import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { configMap, type DryRunWorld, overlayOf, startDryRunWorld } from "./dryrun/dryRunWorld";
import { watched } from "./dryrun/manifests";
import { startWebhook, type Webhook } from "./dryrun/webhook";

const settings = configMap("settings", { mode: "old" });
const fresh = configMap("fresh", { a: "b" });
const base = overlayOf([settings, watched("slow", "slow")]);

/** The cluster answers all but one of the objects at once: that one it leaves without an answer. */
const heads = {
  "while kubectl waits for the cluster": overlayOf([settings, fresh, watched("slow", "slow", { a: "2" })]),
  "while it waits for the cluster itself": overlayOf([settings, fresh, watched("slow-too", "slow")]),
};

describe("a dry run that is ended half way, on a real API server", function () {
  this.timeout(240_000);
  let world: DryRunWorld;
  let webhook: Webhook;
  const directory = mkdtempSync(join(tmpdir(), "webhook-"));

  before(async () => {
    [world, webhook] = await Promise.all([startDryRunWorld(), startWebhook(directory)]);
    await world.apply([settings, watched("slow", "slow")].join("\n---\n"));
    await world.apply(webhook.manifests);
  });

  after(async () => {
    webhook.stop();
    await world.stop();
    rmSync(directory, { recursive: true });
  });

  for (const [when, head] of Object.entries(heads)) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      it(`by ${signal} ${when} says what was checked and what was not, and leaves nothing behind`, async () => {
        const asked = webhook.askedSlowly();
        const started = await world.start({ base, head });
        await Promise.race([asked, started.ended]);
        // The other object is asked for at the same time, and answered at once.
        await sleep(2_000);
        const since = Date.now();
        started.end(signal);
        await expectHalf(started, "The run was ended from outside.");
        // GitHub gives a cancelled step 7.5 s before it sends SIGTERM, and 2.5 s more before it kills.
        expect(Date.now() - since).to.be.below(5_000);
      });
    }
  }

  it("by its time limit says what was checked and what was not, and leaves nothing behind", async () => {
    const head = heads["while kubectl waits for the cluster"];
    const started = await world.start({ base, head, args: ["--timeout", "10"] });
    await expectHalf(started, "The run was ended after its time limit of 10 s.");
  });

  async function expectHalf(
    { folder, ended }: Awaited<ReturnType<DryRunWorld["start"]>>,
    problem: string,
  ): Promise<void> {
    const { exitCode, report, verdicts, log, summary } = await ended;
    expect(exitCode, log).to.equal(2);
    expect(report).to.include({ state: "could not check", problem });
    const slow = Object.keys(verdicts).filter((name) => name.startsWith("ConfigMap slow"));
    expect(slow.map((name) => verdicts[name])).to.include("not-checked: interrupted");
    // The base is rendered beside the check: where its end comes first, the report says so, and all counts as touched.
    const mark = report?.baseProblem === undefined ? "~" : "";
    expect(verdicts).to.include({ "ConfigMap settings": `${mark}unchanged`, "ConfigMap fresh": "create" });
    expect(log).to.include(`::error::ja-production: ${problem}`);
    expect(log).to.match(/^::error::ja-production: could not check \(1 create.*, 1 not-checked\)\.$/m);
    expect(summary).to.include(problem).and.to.include("The run ended before its turn.");
    expect(summary).to.include("create `ConfigMap default/fresh`");
    await expectGone(folder);
  }

  /** No process has the run's folder in its arguments or variables any more, and what was in it of secrets is gone. */
  async function expectGone(folder: string): Promise<void> {
    for (let tries = 0; tries < 300 && processesOf(folder).length > 0; tries += 1) await sleep(100);
    expect(processesOf(folder)).to.deep.equal([]);
    expect(readdirSync(join(folder, "temp"))).to.deep.equal([]);
  }
});

function processesOf(folder: string): string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return ["cmdline", "environ"].some((file) => readFileSync(join("/proc", id, file)).includes(folder));
    } catch {
      return false;
    }
  });
}
