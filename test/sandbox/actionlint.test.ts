import { expect } from "chai";
import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { committedFiles } from "../../committed/files";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";
import { environments } from "../committed/sampleEnvironments";

describe("actionlint", function () {
  // The first run on a machine builds it.
  this.timeout(300_000);
  const repository = mkdtempSync(join(tmpdir(), "actionlint-"));
  let actionlint: string | undefined;

  before(async () => {
    actionlint = await ensureActionlint(() => undefined);
    // It looks for local actions from the root of the git repository.
    await execa("git", ["init", "--quiet", repository]);
    for (const { path, content } of committedFiles(environments)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), content);
    }
  });

  after(() => {
    rmSync(repository, { recursive: true });
  });

  async function lint(file: string) {
    if (!actionlint) throw new Error("There is neither actionlint nor Go to build it with.");
    return execa(actionlint, ["-no-color", "-shellcheck=", "-pyflakes=", file], {
      cwd: repository,
      reject: false,
    });
  }

  it("is the version that the workflow is written for", async () => {
    if (!actionlint) throw new Error("There is neither actionlint nor Go to build it with.");
    expect((await execa(actionlint, ["-version"])).stdout).to.match(/^v?1\.7\.12\n/);
  });

  it("finds nothing in the committed workflow", async () => {
    const { stdout, exitCode } = await lint(".github/workflows/k8s-dryrun.yml");
    expect(stdout).to.equal("");
    expect(exitCode).to.equal(0);
  });

  it("compares the workflow with the action: an unknown input is found", async () => {
    const workflow = committedFiles(environments).find(({ path }) => path.endsWith("k8s-dryrun.yml"));
    const broken = ".github/workflows/broken.yml";
    writeFileSync(join(repository, broken), workflow?.content.replaceAll("cluster-name:", "cluster:") ?? "");
    const { stdout, exitCode } = await lint(broken);
    expect(stdout).to.include('input "cluster" is not defined in action');
    expect(exitCode).to.equal(1);
  });
});
