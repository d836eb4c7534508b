import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const config = join(__dirname, "..", "suite", "config.cjs");

/** Files of tests, each of which goes wrong in its own way; together with what each must come to. */
const files = {
  "good.test.ts": `describe("good", () => { it("passes", () => {}); });`,
  "hooks.test.ts": `describe("hooks", () => {
    describe("before", () => { before(() => { throw new Error("in before"); }); it("never", () => {}); });
    describe("after", () => { after(() => { throw new Error("in after"); }); it("passes", () => {}); });
  });`,
  "ended.test.ts": `describe("ended", () => { it("never", () => { process.kill(process.pid, "SIGKILL"); }); });`,
  "unloadable.test.ts": `throw new Error("cannot be loaded");`,
  "blocked.test.ts": `describe("blocked", () => { it("computes for ever", () => { for (;;); }); });`,
  "last.test.ts": `describe("last", () => { it("passes", () => {}); });`,
};

// What continuous integration reads is the last line and the exit code: nothing that goes wrong may be missing there.
describe("the run of all tests", function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "suite-")));
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });
  after(() => rm(folder, { recursive: true }));

  /** Runs files as `npm test` runs the real ones. */
  async function run(
    names: string[],
    { minutes, blockedSeconds }: { minutes: number; blockedSeconds: number },
  ) {
    const spec = JSON.stringify(names.map((name) => join(folder, name)));
    const options = `{ ...require(${JSON.stringify(config)}), spec: ${spec}, reporterOptions: { minutes: ${String(minutes)} } }`;
    await writeFile(join(folder, "config.cjs"), `module.exports = ${options};`);
    const { exitCode, stdout, all } = await execa("mocha", ["--config", join(folder, "config.cjs")], {
      preferLocal: true,
      reject: false,
      all: true,
      env: { TEST_BLOCKED_SECONDS: String(blockedSeconds) },
    });
    return { exitCode, all, closing: stdout.trim().split("\n").at(-1) };
  }

  it("counts failed hooks, files that cannot be loaded, and processes that ended or had to be ended", async () => {
    const { exitCode, all, closing } = await run(Object.keys(files), { minutes: 5, blockedSeconds: 5 });
    expect(closing, all).to.equal("3 passed, 5 failed");
    expect(exitCode).to.equal(5);
    for (const name of ["ended", "unloadable", "blocked"])
      expect(all).to.match(new RegExp(`${name}\\.test\\.ts: Uncaught error`));
    expect(all).to.match(/process of this test is ended: \S+blocked\.test\.ts: blocked computes for ever/);
  });

  it("ends with what has not ended, once its time is over", async () => {
    const { exitCode, all, closing } = await run(["good.test.ts", "blocked.test.ts"], {
      minutes: 0.2,
      blockedSeconds: 60,
    });
    expect(closing, all).to.equal("1 passed, 1 failed");
    expect(exitCode).to.equal(1);
    expect(all).to.match(/not ended after 0\.2 minutes.*\n.*blocked\.test\.ts/);
  });
});
