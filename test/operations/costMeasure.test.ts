import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { measure } from "../../operations/cost/measure";
import type { Measured } from "../../operations/cost/readInputs";
import { environments } from "../../stacks/environments";

const day = 24 * 60 * 60;
const newest = 1_760_000_000;

describe("a measured repository", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "measured-"));
  const repository = join(folder, "target");
  let measured: Measured;

  function git(time: number, ...args: string[]): void {
    const date = `${String(time)} +0000`;
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
      cwd: repository,
      stdio: "pipe",
      env: {
        ...process.env,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    });
  }

  function commit(daysBefore: number, subject: string, files: Record<string, Buffer | string>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), content);
    }
    git(newest - daysBefore * day, "add", "--all");
    git(newest - daysBefore * day, "commit", "--quiet", "--message", subject);
  }

  before(async () => {
    mkdirSync(repository);
    git(newest, "init", "--quiet", "--initial-branch=main");
    commit(200, "First (#1)", { "src/old.bin": randomBytes(400_000) });
    commit(150, "Long ago (#2)", { "k8s/base/a.yaml": "a" });
    commit(60, "For all clusters (#3)", { "k8s/base/a.yaml": "b" });
    commit(50, "For one cluster (#4)", { "k8s/kr-production/b.bin": randomBytes(20_000) });
    commit(40, "Pushed without a pull request", { "src/old.bin": "small now" });
    git(newest - 30 * day, "checkout", "--quiet", "-b", "change");
    commit(30, "Not on the branch itself (#9)", { "src/large.bin": randomBytes(100_000) });
    git(newest - 20 * day, "checkout", "--quiet", "main");
    const subject = "Merge pull request #5 from change";
    git(newest - 20 * day, "merge", "--quiet", "--no-ff", "--message", subject, "change");
    commit(10, "Mentions (#6) in passing", { "src/small.txt": "x" });
    commit(0, "For no cluster (#7)", { "src/small.txt": "y" });
    measured = await measure(repository, environments);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has the pull requests that were merged in the last 90 days, brought to a month", () => {
    // Numbers 3, 4, 5 and 7: 4 in 90 days.
    expect(measured.numbers.prs).to.be.closeTo(1.3528, 0.0001);
    expect(measured.how.prs).to.equal("measured: 4 merged in the 90 days before the newest commit");
  });

  it("has the share of them that touched each cluster", () => {
    expect(measured.touched).to.deep.equal({
      "ja-production": 0.25,
      "in-production": 0.25,
      "kr-production": 0.5,
    });
  });

  it("has the size of a checkout without its history", () => {
    expect(measured.numbers.checkoutGb! * 1e9).to.be.within(120_000, 122_000);
  });

  it("has the size of two sparse checkouts", () => {
    expect(measured.numbers.runnerCheckoutGb! * 1e9).to.be.within(40_000, 43_000);
  });

  it("has no pull requests where the history shows none: then they are assumed or given", async () => {
    const bare = join(folder, "rebased");
    mkdirSync(bare);
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${repository}`, bare], { stdio: "pipe" });
    const { numbers, touched } = await measure(bare, environments);
    expect(numbers.prs).to.equal(undefined);
    expect(touched).to.deep.equal({});
  });

  it("is refused where it is no repository", async () => {
    const problem = await measure(join(folder, "none"), environments).catch((error: unknown) => error);
    expect(problem)
      .to.be.an("error")
      .with.property("message")
      .that.matches(/^--repo .*none: git log failed: .*none/);
  });
});
