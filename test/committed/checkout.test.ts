import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { dryRunWorkflow } from "../../committed/workflow";
import { jobOf, parseWorkflow, type Step, stepOf } from "./parsedWorkflow";
import { environments } from "./sampleEnvironments";

const workflow = parseWorkflow(dryRunWorkflow(environments));

// git itself, in the steps of actions/checkout (its src/git-source-provider.ts). Afterwards the remote is taken away,
// as the token is: whatever git would still have to fetch fails.
describe("a job's checkouts", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  const origin = join(folder, "origin");
  let base = "";
  let merge = "";

  before(() => {
    mkdirSync(origin);
    git(origin, "init", "--quiet", "--initial-branch=main");
    git(origin, "config", "uploadpack.allowFilter", "true");
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true");
    commit({ "k8s/base/a.yaml": "old", "k8s/ja-production/b.yaml": "old", "src/huge.txt": "never needed" });
    git(origin, "checkout", "--quiet", "-b", "change");
    commit({ "k8s/base/a.yaml": "new", ".github/actions/k8s_dryrun/main.cjs": "program" });
    git(origin, "checkout", "--quiet", "main");
    base = commit({ "k8s/ja-production/b.yaml": "meanwhile" });
    git(origin, "merge", "--quiet", "--no-ff", "--message=merge", "change");
    merge = git(origin, "rev-parse", "HEAD");
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("give the change and its base, and need nothing after the token is gone", () => {
    const job = jobOf(workflow, "dryrun-ja-production");
    const workspace = checkout(stepOf(job, "Check out the change"), merge, "pull-request");
    expect(readFileSync(join(workspace, "k8s/base/a.yaml"), "utf8")).to.equal("new");
    expect(readFileSync(join(workspace, "k8s/ja-production/b.yaml"), "utf8")).to.equal("meanwhile");
    expect(existsSync(join(workspace, ".github/actions/k8s_dryrun/main.cjs"))).to.equal(true);
    expect(existsSync(join(workspace, "src"))).to.equal(false);

    const found = findBase(stepOf(job, "Find the base commit"), workspace, "");
    expect(found).to.equal(`commit=${base}\n`);

    const baseWorkspace = checkout(stepOf(job, "Check out the base"), base, "pull-request-base");
    expect(readFileSync(join(baseWorkspace, "k8s/base/a.yaml"), "utf8")).to.equal("old");
    expect(readFileSync(join(baseWorkspace, "k8s/ja-production/b.yaml"), "utf8")).to.equal("meanwhile");
  });

  it("take the base of a merge group from GitHub", () => {
    const step = stepOf(jobOf(workflow, "dryrun-ja-production"), "Find the base commit");
    expect(step.env).to.deep.equal({ MERGE_GROUP_BASE: "${{ github.event.merge_group.base_sha }}" });
    expect(findBase(step, folder, base)).to.equal(`commit=${base}\n`);
  });

  it("fail where the base cannot be found, rather than compare with nothing", () => {
    const step = stepOf(jobOf(workflow, "dryrun-ja-production"), "Find the base commit");
    expect(() => findBase(step, folder, "")).to.throw("Command failed");
  });

  it("let paths-filter compare a merge group without fetching", () => {
    const workspace = checkout(
      stepOf(jobOf(workflow, "changes"), "Check out the merge group"),
      merge,
      "merge-group",
    );
    const changed = git(workspace, "diff", "--no-renames", "--name-status", `${base}..${merge}`);
    expect(changed).to.equal("A\t.github/actions/k8s_dryrun/main.cjs\nM\tk8s/base/a.yaml");
  });

  function checkout(step: Step, ref: string, name: string): string {
    const workspace = join(folder, name);
    const inputs = step.with ?? {};
    const folders = (inputs["sparse-checkout"] as string).trim().split("\n");
    const depth = (inputs["fetch-depth"] as number | undefined) ?? 1;
    mkdirSync(workspace);
    git(workspace, "init", "--quiet");
    git(workspace, "remote", "add", "origin", `file://${origin}`);
    const wanted =
      depth > 0
        ? [`--depth=${String(depth)}`, "origin", ref]
        : ["origin", "+refs/heads/*:refs/remotes/origin/*"];
    git(workspace, "fetch", "--quiet", "--no-tags", "--filter=blob:none", ...wanted);
    git(workspace, "sparse-checkout", "set", ...folders);
    git(workspace, "checkout", "--quiet", ref);
    git(workspace, "remote", "set-url", "origin", "file:///nowhere");
    return workspace;
  }

  function findBase(step: Step, workspace: string, mergeGroupBase: string): string {
    const output = join(mkdtempSync(join(folder, "output-")), "output");
    execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? ""], {
      cwd: workspace,
      env: { PATH: process.env.PATH, MERGE_GROUP_BASE: mergeGroupBase, GITHUB_OUTPUT: output },
      stdio: "pipe",
    });
    return readFileSync(output, "utf8");
  }

  function commit(files: Record<string, string>): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(origin, path, ".."), { recursive: true });
      writeFileSync(join(origin, path), content);
    }
    git(origin, "add", ".");
    git(origin, "commit", "--quiet", "--message=change");
    return git(origin, "rev-parse", "HEAD");
  }
});

function git(cwd: string, ...args: string[]): string {
  const identity = [
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...identity, ...args], { cwd, env, encoding: "utf8", stdio: "pipe" }).trim();
}
