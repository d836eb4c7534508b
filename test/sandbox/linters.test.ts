import { expect } from "chai";
import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { committedFiles } from "../../committed/files";
import {
  applyCallerPath,
  applyComparePath,
  applyEnvironmentPath,
  callerPath,
  workflowPath,
} from "../../committed/paths";
import { ensureActionlint } from "../../sandbox/toolchain/actionlint";
import { ensureZizmor } from "../../sandbox/toolchain/python";
import { applied, release } from "../committed/appliedEnvironments";
import { environments } from "../committed/sampleEnvironments";

const files = committedFiles(environments);
const runnerGroup = { name: "k8s-dryrun", repository: "example-org/kubernetes-manifests", branch: "main" };
const groupedFiles = committedFiles(environments, { runnerGroup });
const appliedFiles = committedFiles(applied, { release, runnerGroup });
const workflow = files.find(({ path }) => path === workflowPath)?.content ?? "";

/** Files of a repository in a folder of its own. */
async function repositoryWith(content: { path: string; content: string }[]): Promise<string> {
  const repository = mkdtempSync(join(tmpdir(), "linters-"));
  // actionlint looks for local actions from the root of the git repository.
  await execa("git", ["init", "--quiet", repository]);
  for (const { path, content: text } of content) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  return repository;
}

describe("actionlint", function () {
  // The first run on a machine builds it.
  this.timeout(300_000);
  let repository: string;
  let actionlint: string | undefined;

  before(async () => {
    actionlint = await ensureActionlint(() => undefined);
    repository = await repositoryWith(files);
  });
  after(() => {
    rmSync(repository, { recursive: true });
  });

  async function lint(...args: string[]) {
    if (!actionlint) throw new Error("There is neither actionlint nor Go to build it with.");
    return execa(actionlint, args, { cwd: repository, reject: false });
  }
  const lintFile = (file: string) => lint("-no-color", "-shellcheck=", "-pyflakes=", file);

  it("is the version that the workflow is written for", async () => {
    expect((await lint("-version")).stdout).to.match(/^v?1\.7\.12\n/);
  });

  it("finds nothing in the committed workflow", async () => {
    const { stdout, exitCode } = await lintFile(workflowPath);
    expect(stdout).to.equal("");
    expect(exitCode).to.equal(0);
  });

  for (const [what, content, paths] of [
    ["the workflow for a runner group, nor in what calls it", groupedFiles, [workflowPath, callerPath]],
    [
      "the workflows that apply a release",
      appliedFiles,
      [applyCallerPath, applyComparePath, applyEnvironmentPath],
    ],
  ] as const) {
    it(`finds nothing in ${what}`, async () => {
      const other = await repositoryWith([...content]);
      try {
        const args = ["-no-color", "-shellcheck=", "-pyflakes=", ...paths];
        const { stdout, exitCode } = await execa(actionlint ?? "", args, { cwd: other, reject: false });
        expect(stdout).to.equal("");
        expect(exitCode).to.equal(0);
      } finally {
        rmSync(other, { recursive: true });
      }
    });
  }

  it("compares the workflow with the action: an unknown input is found", async () => {
    const broken = ".github/workflows/broken.yml";
    writeFileSync(join(repository, broken), workflow.replaceAll("cluster-name:", "cluster:"));
    const { stdout, exitCode } = await lintFile(broken);
    expect(stdout).to.include('input "cluster" is not defined in action');
    expect(exitCode).to.equal(1);
  });
});

describe("zizmor", function () {
  // The first run on a machine installs it.
  this.timeout(300_000);
  let zizmor: string;

  before(async () => {
    zizmor = await ensureZizmor(() => undefined);
  });

  /** What it finds, with the most exacting persona, without asking anybody. */
  async function findings(content: { path: string; content: string }[]): Promise<string[]> {
    const repository = await repositoryWith(content);
    try {
      const args = [
        "--offline",
        "--persona=auditor",
        "--format=json",
        "--no-progress",
        "--no-exit-codes",
        ".",
      ];
      const { stdout } = await execa(zizmor, args, { cwd: repository });
      const found = JSON.parse(stdout) as { ident: string; ignored: boolean }[];
      return found.filter(({ ignored }) => !ignored).map(({ ident }) => ident);
    } finally {
      rmSync(repository, { recursive: true });
    }
  }

  it("finds nothing in the committed files", async () => {
    expect(await findings(files)).to.deep.equal([]);
  });

  it("finds nothing in the committed files for a runner group", async () => {
    expect(await findings(groupedFiles)).to.deep.equal([]);
  });

  it("finds nothing in the committed files where releases are applied", async () => {
    expect(await findings(appliedFiles)).to.deep.equal([]);
  });

  for (const [what, from, to, expected] of [
    ["an action that is not pinned by its commit", /checkout@[0-9a-f]{40}/, "checkout@v7", "unpinned-uses"],
    [
      "a checkout that leaves its token",
      /persist-credentials: false/,
      "persist-credentials: true",
      "artipacked",
    ],
    ["rights without limits", /permissions: \{\}/, "permissions: write-all", "excessive-permissions"],
    [
      "an expression in a script",
      /echo "commit=\$commit"/,
      'echo "${{ github.head_ref }}"',
      "template-injection",
    ],
    [
      "a trigger that runs for forks with secrets",
      /\bpull_request:\n/,
      "pull_request_target:\n",
      "dangerous-triggers",
    ],
  ] as const) {
    it(`finds ${what}`, async () => {
      const broken = files.map(({ path, content }) => ({
        path,
        content: path === workflowPath ? content.replace(from, to) : content,
      }));
      expect(await findings(broken)).to.include(expected);
    });
  }

  it("is told to ignore nothing without a reason", () => {
    const ignores = [...files, ...groupedFiles, ...appliedFiles].flatMap(
      ({ content }) => content.match(/zizmor: ignore.*/g) ?? [],
    );
    expect(ignores).to.have.length.greaterThan(0);
    for (const ignore of ignores) expect(ignore).to.match(/^zizmor: ignore\[[\w-]+\] \w+( \S+){3,}$/);
  });
});
