import { expect } from "chai";
import { execa } from "execa";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { committedFiles } from "../../../committed/files";
import { marked } from "../../../committed/comment/marker";
import { reviewedLine } from "../../../committed/comment/reviewed";
import { reportLines } from "../../../dryrun/apply/reportLines";
import { pack } from "../../../dryrun/report/pack";
import type { ObjectResult, Report } from "../../../dryrun/report/types";
import { object, report } from "../../dryrun/report/sampleReport";
import { applied, release } from "../appliedEnvironments";

const files = committedFiles(applied, { release });
const folder = mkdtempSync(join(tmpdir(), "release-programs-"));
const commit = "0123456789abcdef0123456789abcdef01234567";

/** Writes a program of the committed actions to where it can be run. */
function program(action: string): string {
  const path = join(folder, `${action}.cjs`);
  const content = files.find((file) => file.path.endsWith(`${action}/main.cjs`))?.content ?? "";
  writeFileSync(path, content);
  return path;
}

/** A step of a job, as GitHub runs it. */
function step(path: string, inputs: Record<string, string>, env: Record<string, string> = {}, cwd = folder) {
  const [summary, output] = [join(folder, "summary"), join(folder, "output")];
  for (const file of [summary, output]) writeFileSync(file, "");
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const child = execa(process.execPath, [path], {
    cwd,
    env: {
      ...given,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "7",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
      ...env,
    },
    all: true,
    reject: false,
  });
  const ended = child.then(({ exitCode, all }) => ({
    exitCode,
    text: all,
    summary: readFileSync(summary, "utf8"),
    output: readFileSync(output, "utf8"),
  }));
  return { child, ended };
}

/** What an apply reports. */
const appliedReport = (exitCode: 0 | 1): Report =>
  report({
    environment: "kr-production",
    objects: [object({ diff: "-a\n+b", outcome: exitCode === 0 ? "changed" : "not applied" })],
    applied: { state: exitCode === 0 ? "applied" : "partly applied" },
    exitCode,
  });

after(() => {
  rmSync(folder, { recursive: true });
});

describe("the program that has an environment applied, with the aws command played", function () {
  this.timeout(120_000);
  let path: string;
  const bin = join(folder, "bin");
  const requests = join(folder, "requests");

  /** Plays `aws`: each operation answers with what stands here, and writes down what it was asked. */
  function play(answers: Record<string, unknown>): void {
    mkdirSync(bin, { recursive: true });
    writeFileSync(requests, "");
    writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
    writeFileSync(
      join(bin, "aws"),
      `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const [service, operation, ...rest] = process.argv.slice(2);
const request = JSON.parse(rest[rest.indexOf("--cli-input-json") + 1]);
appendFileSync(${JSON.stringify(requests)}, JSON.stringify({ operation, request, region: rest[rest.indexOf("--region") + 1] }) + "\\n");
const answer = JSON.parse(readFileSync(${JSON.stringify(join(folder, "answers.json"))}, "utf8"))[operation];
if (typeof answer === "string") { console.error(answer); process.exitCode = 254; }
else console.log(JSON.stringify(request.nextToken ? { ...answer, events: [] } : answer));
`,
    );
    chmodSync(join(bin, "aws"), 0o755);
  }

  const asked = () =>
    readFileSync(requests, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { operation: string; request: object; region: string });

  const started = {
    build: { id: "kr-apply:1a", arn: "arn:aws:codebuild:ap-northeast-2:111122223333:build/kr-apply:1a" },
  };
  const page =
    "https://ap-northeast-2.console.aws.amazon.com/codesuite/codebuild/111122223333/projects/kr-apply/build/" +
    "kr-apply%3A1a/?region=ap-northeast-2";
  const build = (buildStatus: string, contexts: object[] = []) => ({
    builds: [
      {
        buildStatus,
        currentPhase: "BUILD",
        logs: { groupName: "/aws/codebuild/kr-apply", streamName: "1a" },
        phases: [{ phaseType: "BUILD", contexts }],
      },
    ],
  });
  const log = (lines: string[]) => ({
    events: lines.map((message) => ({ message: `${message}\n` })),
    nextForwardToken: "f/1",
  });

  before(() => {
    path = program("k8s_apply");
  });

  const inputs = {
    environment: "kr-production",
    project: "kr-apply",
    region: "ap-northeast-2",
    commit,
    delete: "",
  };
  const env = { PATH: [bin, dirname(process.execPath), process.env.PATH ?? ""].join(delimiter) };
  const run = (given: Partial<typeof inputs> = {}) => step(path, { ...inputs, ...given }, env);

  it("starts the build of the commit and nothing else, and hands on its report", async () => {
    const packed = reportLines(appliedReport(0));
    play({
      "start-build": started,
      "batch-get-builds": build("SUCCEEDED"),
      "get-log-events": log(["::error::in the build", ...packed]),
    });
    const { exitCode, text, summary, output } = await run().ended;
    expect(exitCode, text).to.equal(0);
    expect(asked()[0]).to.deep.equal({
      operation: "start-build",
      request: { projectName: "kr-apply", sourceVersion: commit, idempotencyToken: "7-1-kr-production" },
      region: "ap-northeast-2",
    });
    expect(text).to.include(page).and.to.not.include("k8s-apply-report");
    expect(summary).to.include("`kr-production`").and.to.include(`[Build](${page})`);
    expect(output).to.match(/^report=[A-Za-z0-9+/]+=*\n$/);
    // What the build says can give GitHub no commands.
    expect(text).to.match(/::stop-commands::(\S+)\n::error::in the build\n::\1::$/);
  });

  it("gives the build the names of what is to be deleted, and no other variable", async () => {
    play({
      "start-build": started,
      "batch-get-builds": build("SUCCEEDED"),
      "get-log-events": log(reportLines(appliedReport(0))),
    });
    const names = "ConfigMap web/a, Deployment.apps web/b";
    await run({ delete: names }).ended;
    expect(asked()[0]?.request).to.deep.include({
      environmentVariablesOverride: [{ name: "K8S_APPLY_DELETE", value: names, type: "PLAINTEXT" }],
    });
  });

  it("fails as the build fails, with what CodeBuild says and the report", async () => {
    play({
      "start-build": started,
      "batch-get-builds": build("FAILED", [
        { statusCode: "COMMAND_EXECUTION_ERROR", message: "exit status 1" },
      ]),
      "get-log-events": log(reportLines(appliedReport(1))),
    });
    const { exitCode, text, output } = await run().ended;
    expect(exitCode).to.equal(1);
    expect(text).to.include("kr-production: the build ended as FAILED.%0ABUILD: exit status 1");
    expect(output).to.match(/^report=/);
  });

  it("fails where the build succeeded and its report says otherwise", async () => {
    play({
      "start-build": started,
      "batch-get-builds": build("SUCCEEDED"),
      "get-log-events": log(reportLines(appliedReport(1))),
    });
    const { exitCode, text } = await run().ended;
    expect(exitCode).to.equal(1);
    expect(text).to.include("the build succeeded, and its report says otherwise");
  });

  it("says that nothing was applied where no build is started", async () => {
    play({
      "start-build": "An error occurred (AccessDeniedException) when calling StartBuild: not authorized",
    });
    const { exitCode, text } = await run().ended;
    expect(exitCode).to.equal(1);
    expect(text).to.include(
      "no build was started, and nothing was applied. AWS answers: An error occurred (Acc",
    );
    expect(asked()).to.have.length(1);
  });

  it("starts nothing for a commit that is not named in full, or for an environment that nothing applies to", async () => {
    play({});
    for (const given of [
      { commit: "v1.0.0" },
      { commit: commit.slice(1) },
      { commit: "" },
      { project: "" },
    ]) {
      const { exitCode, text } = await run(given).ended;
      expect(exitCode, JSON.stringify(given)).to.equal(1);
      expect(text).to.match(/^::error::kr-production: /);
    }
    expect(asked()).to.deep.equal([]);
  });

  it("says that the build goes on, and where, when the job is ended", async () => {
    play({
      "start-build": started,
      "batch-get-builds": build("IN_PROGRESS"),
      "get-log-events": log(["applying"]),
    });
    const { child, ended } = run();
    await new Promise<void>((resolve) => {
      let text = "";
      child.all.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("applying")) resolve();
      });
    });
    child.kill("SIGINT");
    const { exitCode, text, summary } = await ended;
    expect(exitCode).to.equal(1);
    expect(text).to.include("the build goes on, and may write to the cluster; this job was ended.");
    expect(summary).to.include(page);
  });
});

describe("the program of a release's other jobs, against GitHub's API over HTTP", function () {
  this.timeout(120_000);
  let path: string;
  let server: Server;
  let answers: Record<string, unknown> = {};
  let written: { what: string; body: unknown }[] = [];

  before(async () => {
    path = program("k8s_release");
    server = createServer((request, response) => {
      const what = `${request.method ?? ""} ${new URL(request.url ?? "", "http://x").pathname.replace("/repos/o/r/", "")}`;
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        if (request.method !== "GET") written.push({ what, body: JSON.parse(text) });
        const answer = answers[what];
        response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(answer ?? { message: "Not Found" }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    answers = {};
    written = [];
  });
  after(() => {
    server.close();
  });

  const run = (inputs: Record<string, string>, cwd = folder) => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return step(path, { token: "token", ...inputs }, { GITHUB_API_URL: url }, cwd).ended;
  };

  describe("before a release", () => {
    const clone = join(folder, "clone");
    const commits: string[] = [];
    const git = async (...args: string[]) =>
      (await execa("git", ["-C", clone, "-c", "user.name=n", "-c", "user.email=e@example.com", ...args]))
        .stdout;

    let halfWay: string;

    before(async () => {
      await execa("git", ["init", "--quiet", "--initial-branch=trunk", clone]);
      for (const name of ["first", "second", "third", "fourth"]) {
        await git("commit", "--quiet", "--allow-empty", "-m", name);
        commits.push(await git("rev-parse", "HEAD"));
      }
      await git("tag", "v1", commits[0] ?? "");
      await git("tag", "v2", commits[2] ?? "");
      await git("checkout", "--quiet", "-b", "merged");
      await git("commit", "--quiet", "--allow-empty", "-m", "half-way");
      halfWay = await git("rev-parse", "HEAD");
      await git("tag", "half-way", halfWay);
      await git("checkout", "--quiet", "trunk");
      await git("merge", "--quiet", "--no-ff", "-m", "merge", "merged");
      await git("checkout", "--quiet", "-b", "other", commits[0] ?? "");
      await git("commit", "--quiet", "--allow-empty", "-m", "unmerged");
      commits.push(await git("rev-parse", "HEAD"));
      await git("checkout", "--quiet", "trunk");
    });

    const pull = (number: number, sha: string | undefined, merged = true) => ({
      number,
      head: { sha: `head${String(number)}`, ref: `branch-${String(number)}` },
      merged_at: merged ? "2026-11-20T10:00:00Z" : null,
      merge_commit_sha: sha,
    });
    const releaseOf = (id: number, tag_name: string, day: number, draft = false) => ({
      id,
      tag_name,
      draft,
      published_at: draft ? null : `2026-11-${String(day)}T10:00:00Z`,
    });
    const prepared = (output: string) =>
      Object.fromEntries(
        output
          .trim()
          .split("\n")
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      ) as Record<string, string>;

    it("finds the release before, and the pull requests in between, the newest first", async () => {
      answers = {
        "GET releases": [
          releaseOf(4, "v3", 25, true),
          releaseOf(3, "v2", 20),
          releaseOf(2, "gone", 15),
          releaseOf(1, "v1", 10),
        ],
        "GET pulls": [
          pull(5, commits[1]),
          pull(9, commits[2]),
          pull(8, commits[3]),
          pull(7, commits[2], false),
          pull(3, commits[0]),
        ],
      };
      const { exitCode, text, output } = await run(
        { task: "prepare", commit: commits[2] ?? "", tag: "v2", branch: "trunk" },
        clone,
      );
      expect(exitCode, text).to.equal(0);
      const outputs = prepared(output);
      expect(outputs).to.deep.include({ base: commits[0], "base-tag": "v1" });
      expect(JSON.parse(outputs["pull-requests"] ?? "")).to.deep.equal({
        pullRequests: [9, 5].map((number) => ({
          number,
          head: `head${String(number)}`,
          branch: `branch-${String(number)}`,
          mergeCommit: commits[number === 9 ? 2 : 1],
        })),
        isCut: false,
      });
    });

    it("finds all pull requests where there is no release before", async () => {
      answers = { "GET releases": [], "GET pulls": [pull(5, commits[1]), pull(3, commits[0])] };
      const { output } = await run({ task: "prepare", commit: commits[1] ?? "", branch: "trunk" }, clone);
      expect(prepared(output)).to.deep.include({ base: "", "base-tag": "" });
      expect(output).to.include('"number":5').and.to.include('"number":3');
    });

    it("takes no release for the one before that could not be applied: of a commit half-way in a pull request", async () => {
      answers = { "GET releases": [releaseOf(2, "half-way", 21), releaseOf(1, "v2", 20)], "GET pulls": [] };
      const head = await git("rev-parse", "trunk");
      const { output } = await run({ task: "prepare", commit: head, branch: "trunk" }, clone);
      expect(prepared(output)).to.deep.include({ base: commits[2], "base-tag": "v2" });
    });

    it("refuses a commit that the branch never was, and what is no commit", async () => {
      answers = { "GET releases": [], "GET pulls": [] };
      for (const wrong of [commits[4] ?? "", halfWay, "trunk", "--all", "f".repeat(40)]) {
        const { exitCode, text } = await run({ task: "prepare", commit: wrong, branch: "trunk" }, clone);
        expect(exitCode, wrong).to.equal(1);
        expect(text).to.match(/^::error::.*(?:The branch trunk never was|is no commit in full)/);
      }
    });
  });

  const one = object({ name: "one", diff: "-a\n+b" });
  const comment = (objects: ObjectResult[], head = "aa11") => {
    const line = reviewedLine([
      {
        environment: { name: "kr-production", filter: "kr" },
        report: { version: 1, report: report({ objects }), shortened: 0, leftOut: 0 },
      },
    ]);
    const body = marked({ head, run: 70, attempt: 1, page: 1, pages: 1 }, `## Dry run\n\n${line}\n`);
    return [{ id: 1, user: { login: "github-actions[bot]" }, body }];
  };
  const source = {
    name: "K8s Dryrun",
    head_sha: "aa11",
    head_branch: "change",
    head_repository: { full_name: "o/r" },
    run_attempt: 1,
  };
  const compareInputs = {
    task: "compare",
    commit,
    "base-tag": "v1",
    "pull-requests": JSON.stringify({
      pullRequests: [{ number: 5, head: "aa11", branch: "change", mergeCommit: "c" }],
      isCut: false,
    }),
    environments: JSON.stringify([
      { name: "kr-production", job: "dryrun-kr-production" },
      { name: "ja-production", job: "dryrun-ja-production" },
    ]),
    "result-dryrun-kr-production": "success",
    "report-dryrun-kr-production": pack(report({ environment: "kr-production", objects: [one] })),
    "result-dryrun-ja-production": "skipped",
  };

  it("says that a release does what its pull request showed", async () => {
    answers = { "GET issues/5/comments": comment([one]), "GET actions/runs/70": source };
    const { exitCode, text, summary } = await run(compareInputs);
    expect(exitCode, text).to.equal(0);
    expect(summary)
      .to.match(/^## ✅ The release does what was reviewed/)
      .and.to.not.include("ja-production");
    expect(text).to.not.include("::warning::");
  });

  it("warns of what differs, and believes no comment that is old, forged or of somebody else", async () => {
    const stranger = comment([one]).map((each) => ({ ...each, user: { login: "someone" } }));
    for (const [comments, run_] of [
      [comment([{ ...one, diff: "-a\n+c" }]), source],
      [comment([one], "bb22"), source],
      [comment([one]), undefined],
      [comment([one]), { ...source, name: "Another workflow" }],
      [stranger, source],
      [[], source],
    ] as const) {
      answers = { "GET issues/5/comments": comments, "GET actions/runs/70": run_ };
      const { exitCode, text, summary } = await run(compareInputs);
      expect(exitCode, text).to.equal(0);
      expect(summary).to.include("## ⚠️ The release does not only what was reviewed");
      expect(text).to.match(
        /^::warning::kr-production: not all is as it was reviewed \(1 (?:differs|not reviewed)\)/m,
      );
    }
  });

  it("says where a dry run of the release gave no report", async () => {
    answers = { "GET issues/5/comments": comment([one]), "GET actions/runs/70": source };
    const { text, summary } = await run({
      ...compareInputs,
      "result-dryrun-kr-production": "failure",
      "report-dryrun-kr-production": "",
    });
    expect(text).to.include(
      "::warning::kr-production: the job dryrun-kr-production is failure, and its job gave no",
    );
    expect(summary).to.include("## 🚫 The release is applied nowhere");
  });

  it("tells in the release's text what was applied, in the place of what an earlier attempt told", async () => {
    const publishInputs = {
      task: "publish",
      release: "12",
      environments: '["kr-production","ja-production","in-production"]',
      "result-apply-kr-production": "success",
      "report-apply-kr-production": pack(appliedReport(0)),
      "result-apply-ja-production": "failure",
      "result-apply-in-production": "skipped",
    };
    answers = { "GET releases/12": { body: "What is new.\r\n" }, "PATCH releases/12": {} };
    expect((await run(publishInputs)).exitCode).to.equal(0);
    const { body } = written[0]?.body as { body: string };
    expect(body).to.match(/^What is new\.\n\n<!-- eks-dryrun-runner applied -->/);
    expect(body).to.include("`kr-production`").and.to.include("```diff\n-a\n+b\n```");
    expect(body)
      .to.include("## ❌ `ja-production`: failure")
      .and.to.include("## ➖ `in-production`: skipped");
    answers = { "GET releases/12": { body: `${body}\n\nA remark.` }, "PATCH releases/12": {} };
    await run(publishInputs);
    const again = (written[1]?.body as { body: string }).body;
    expect(again.match(/# Applied\n/g)).to.have.length(1);
    expect(again).to.match(/^What is new\.\n\nA remark\.\n\n<!-- eks-dryrun-runner applied -->/);
  });
});
