import { expect } from "chai";
import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { applyBuildspec, type ApplyBuild } from "../../../committed/apply/buildspec";

const build: ApplyBuild = {
  environment: "ja-production",
  overlay: "k8s/ja-production",
  paths: ["k8s/base/**", "k8s/ja's/**"],
  clusterName: "trocco-production",
  region: "ap-northeast-1",
  eksVersionLabel: "1_35",
  branch: "trunk",
  dryRun: { serverSideFieldManager: "deployer", notSecretNames: ["TOKEN_*", "KEY_ID"] },
};

interface Buildspec {
  version: number;
  env: object;
  phases: { install: object; build: { commands: string[] } };
}

describe("the buildspec of the build that applies", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "apply-buildspec-"));
  const [origin, clone] = [join(folder, "origin"), join(folder, "clone")];
  const commits: Record<string, string> = {};

  const git = async (...args: string[]) =>
    (await execa("git", ["-C", origin, "-c", "user.name=n", "-c", "user.email=e@example.com", ...args]))
      .stdout;

  async function commit(name: string, program: string): Promise<void> {
    mkdirSync(join(origin, ".github/actions/k8s_dryrun"), { recursive: true });
    writeFileSync(join(origin, ".github/actions/k8s_dryrun/apply.cjs"), program);
    await git("add", ".");
    await git("commit", "--quiet", "-m", name);
    commits[name] = await git("rev-parse", "HEAD");
  }

  /** A program that says who it is and what it was given. */
  const program = (name: string, exitCode = 0) =>
    `console.log(JSON.stringify({ name: "${name}", given: process.argv.slice(2), file: __filename }));\n` +
    `process.exitCode = ${String(exitCode)};\n`;

  before(async () => {
    await execa("git", ["init", "--quiet", "--initial-branch=trunk", origin]);
    writeFileSync(join(origin, "package.json"), '{"type":"module"}');
    await commit("older", program("older"));
    await commit("newest", program("newest"));
    await git("checkout", "--quiet", "-b", "merged");
    await commit("half-way", program("half-way"));
    await commit("at its end", program("newest"));
    await git("checkout", "--quiet", "trunk");
    await git("merge", "--quiet", "--no-ff", "-m", "merge", "merged");
    await git("checkout", "--quiet", "-b", "branch");
    await commit("unmerged", program("unmerged"));
    // A tag of the branch's name would otherwise be what is fetched.
    await git("tag", "trunk");
    await git("checkout", "--quiet", "--detach", "refs/heads/trunk");
    await execa("git", ["clone", "--quiet", origin, clone]);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function run(checkedOut: string, env: Record<string, string> = {}) {
    await execa("git", ["-C", clone, "checkout", "--quiet", "--force", "--detach", checkedOut]);
    const [script = ""] = (parse(applyBuildspec(build)) as Buildspec).phases.build.commands;
    const { exitCode, all } = await execa("bash", ["-c", `${script}\ncode=$?; echo after; exit $code`], {
      env: { CODEBUILD_SRC_DIR: clone, CODEBUILD_RESOLVED_SOURCE_VERSION: checkedOut, ...env },
      all: true,
      reject: false,
    });
    return { exitCode, text: all };
  }

  const said = (text: string) =>
    JSON.parse(text.split("\n")[0] ?? "") as { name: string; given: string[]; file: string };

  it("has the form that is documented", () => {
    const text = applyBuildspec(build);
    expect(text).to.include("git-credential-helper: yes\n");
    expect(parse(text, { version: "1.1" })).to.deep.include({
      version: 0.2,
      env: { shell: "bash", "git-credential-helper": true },
    });
    expect((parse(text) as Buildspec).phases.install).to.deep.equal({ "runtime-versions": { nodejs: 22 } });
  });

  it("runs the default branch's program on an older commit, from outside of the source", async () => {
    const { exitCode, text } = await run(commits.older ?? "", { K8S_APPLY_DELETE: "a b" });
    expect(exitCode, text).to.equal(0);
    const { name, given, file } = said(text);
    expect(name).to.equal("newest");
    expect(file.startsWith(clone)).to.equal(false);
    expect(given).to.deep.equal([
      "--environment=ja-production",
      "--overlay=k8s/ja-production",
      "--cluster-name=trocco-production",
      "--region=ap-northeast-1",
      "--eks-version-label=1_35",
      "--server-side",
      "--field-manager=deployer",
      "--not-secret=TOKEN_*",
      "--not-secret=KEY_ID",
      "--paths=k8s/base/**",
      "--paths=k8s/ja's/**",
      `--repository=${clone}`,
      "--delete=a b",
    ]);
  });

  it("brings the tags, which tell what earlier releases had", async () => {
    await git("tag", "--force", "v1", commits.older ?? "");
    expect((await run(commits.newest ?? "")).exitCode).to.equal(0);
    const { stdout } = await execa("git", ["-C", clone, "rev-parse", "refs/tags/v1"]);
    expect(stdout).to.equal(commits.older);
  });

  it("deletes nothing unless the starter names it", async () => {
    const { text } = await run(commits.newest ?? "");
    expect(said(text).given.at(-1)).to.equal("--delete=");
  });

  it("refuses a commit that is not merged, whatever a tag is called", async () => {
    const { exitCode, text } = await run(commits.unmerged ?? "");
    expect(exitCode).to.equal(1);
    expect(text).to.match(/^Refused: the branch trunk never was [0-9a-f]{40}\./m);
    expect(text).to.not.include('"name"');
  });

  it("refuses what a pull request was half-way, although a merge has brought it", async () => {
    const { exitCode, text } = await run(commits["half-way"] ?? "");
    expect(exitCode).to.equal(1);
    expect(text).to.match(/^Refused: the branch trunk never was [0-9a-f]{40}\./m);
    expect(text).to.not.include('"name"');
  });

  it("refuses what CodeBuild did not resolve", async () => {
    const { exitCode, text } = await run(commits.older ?? "", {
      CODEBUILD_RESOLVED_SOURCE_VERSION: commits.newest ?? "",
    });
    expect(exitCode).to.equal(1);
    expect(text).to.include("Refused: ");
  });

  it("fails as the program fails, and leaves CodeBuild's shell alive", async () => {
    await git("checkout", "--quiet", "--detach", "refs/heads/trunk");
    await commit("failing", program("failing", 1));
    await git("update-ref", "refs/heads/trunk", commits.failing ?? "");
    const { exitCode, text } = await run(commits.newest ?? "");
    expect(exitCode).to.equal(1);
    expect(said(text).name).to.equal("failing");
    expect(text).to.match(/after$/);
  });

  it("fails where the default branch cannot be fetched", async () => {
    const { exitCode, text } = await run(commits.newest ?? "", { GIT_ALLOW_PROTOCOL: "https" });
    expect(exitCode).to.not.equal(0);
    expect(text).to.not.include('"name"');
  });
});
