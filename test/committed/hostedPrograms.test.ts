import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import { committedFiles } from "../../committed/files";
import { pack } from "../../dryrun/report/pack";
import { object, report } from "../dryrun/report/sampleReport";
import { deployed } from "./sampleEnvironments";

interface Written {
  id: number;
  user: { login: string };
  body: string;
}

/** The part of GitHub's API that the programs use, over HTTP, as it is documented. */
class LocalApi {
  comments: Written[] = [];
  jobs: object[] = [];
  requests: string[] = [];
  mayWrite = true;
  private server?: Server;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      void this.answer(request).then(([status, body]) => {
        response.writeHead(status, {
          "content-type": "application/json",
          ...(status === 200 && { etag: tagOf(body) }),
        });
        response.end(status === 204 ? undefined : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server?.address() as AddressInfo).port)}`;
  }

  stop(): void {
    this.server?.close();
  }

  private async answer(request: IncomingMessage): Promise<[number, unknown]> {
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const what = `${request.method ?? ""} ${pathname.replace("/repos/o/r/", "")}`;
    this.requests.push(what);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { body = "" } = (text ? JSON.parse(text) : {}) as { body?: string };
    if (request.headers.authorization !== "Bearer token") return [401, { message: "Bad credentials" }];
    const id = Number(/issues\/comments\/(\d+)$/.exec(what)?.[1]);
    const comment = this.comments.find((one) => one.id === id);
    if (!what.startsWith("GET") && !this.mayWrite)
      return [403, { message: "Resource not accessible by integration" }];
    if (what === "GET pulls/5") return [200, { head: { sha: "b2" } }];
    if (what === "GET issues/5/comments") {
      const first = (Number(searchParams.get("page")) - 1) * 100;
      return [200, this.comments.slice(first, first + 100)];
    }
    if (what === "POST issues/5/comments") {
      const made = { id: this.comments.length + 1_000, user: { login: "github-actions[bot]" }, body };
      this.comments.push(made);
      return [201, made];
    }
    if (what.startsWith("PATCH") && comment) return [200, Object.assign(comment, { body })];
    if (what.startsWith("DELETE") && comment) {
      this.comments = this.comments.filter((one) => one !== comment);
      return [204, ""];
    }
    if (what === "GET actions/runs/7/jobs") return [200, { total_count: this.jobs.length, jobs: this.jobs }];
    if (what === "GET actions/runs") return [200, { total_count: 0, workflow_runs: [] }];
    if (what === "POST actions/runs/7/cancel") return [202, {}];
    return [404, { message: "Not Found" }];
  }
}

const tagOf = (body: unknown) => `"${String(JSON.stringify(body).length)}"`;

const files = committedFiles([deployed("kr-production", "kr", "kr-", "ap-northeast-2")]);
const programOf = (action: string) =>
  files.find(({ path }) => path.endsWith(`${action}/main.cjs`))?.content ?? "";
const job = {
  labels: [],
  created_at: "2026-11-24T10:00:00Z",
  started_at: "2026-11-24T10:00:00Z",
  runner_name: "",
};

describe("the programs of the committed actions, against GitHub's API over HTTP", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "hosted-"));
  const api = new LocalApi();

  before(async () => {
    await api.start();
    for (const action of ["watch", "comment"])
      writeFileSync(join(folder, `${action}.cjs`), programOf(`k8s_dryrun_${action}`));
  });

  afterEach(() => {
    Object.assign(api, { comments: [], jobs: [], requests: [], mayWrite: true });
  });

  after(() => {
    api.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(program: string, inputs: Record<string, string>) {
    const [summary, output] = [join(folder, "summary"), join(folder, "output")];
    for (const file of [summary, output]) writeFileSync(file, "");
    const given = {
      token: "token",
      "runner-start-minutes": "30",
      "pull-request": "5",
      head: "b2",
      ...inputs,
    };
    const env = {
      ...Object.fromEntries(
        Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      GITHUB_API_URL: api.url,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "7",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_WORKFLOW: "K8s Dryrun",
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: output,
    };
    const { status, stdout } = await new Promise<{ status: number; stdout: string }>((resolve) => {
      execFile(process.execPath, [join(folder, `${program}.cjs`)], { env }, (error, text, errors) => {
        resolve({ status: error ? Number(error.code) : 0, stdout: text + errors });
      });
    });
    return { status, stdout, summary: readFileSync(summary, "utf8"), output: readFileSync(output, "utf8") };
  }

  const environments = JSON.stringify([
    { name: "kr-production", filter: "kr", check: { job: "dryrun-kr-production", enforcement: "require" } },
  ]);
  const results = {
    changes: { result: "success", outputs: { kr: "true" } },
    "dryrun-kr-production": { result: "success" },
  };
  const commentInputs = {
    environments,
    needs: JSON.stringify(results),
    branch: "change",
    "report-dryrun-kr-production": pack(
      report({ environment: "kr-production", objects: [object({ diff: "-a\n+b" })] }),
    ),
  };

  it("comment once, and in its place when it is run again", async () => {
    api.jobs = [
      {
        ...job,
        id: 70,
        name: "dryrun-kr-production (1_35)",
        status: "completed",
        html_url: "https://github.com/j/70",
      },
    ];
    api.comments = Array.from({ length: 150 }, (_, id) => ({
      id,
      user: { login: "someone" },
      body: "a remark",
    }));
    const { status, summary, stdout } = await run("comment", commentInputs);
    expect(status, stdout).to.equal(0);
    expect(api.comments).to.have.length(151);
    const body = api.comments.at(-1)?.body ?? "";
    expect(body).to.include("## ✏️ Dry run: changes").and.to.include("[job](https://github.com/j/70)");
    expect(summary).to.include("```diff\n-a\n+b\n```");
    expect((await run("comment", commentInputs)).status).to.equal(0);
    expect(api.comments).to.have.length(151);
  });

  it("keep what a release is compared with where releases are applied, unseen and in the first page alone", async () => {
    await run("comment", { ...commentInputs, "keep-for-release": "true" });
    const [comment] = api.comments;
    expect(comment?.body).to.match(
      /\n\n<!-- eks-dryrun-runner reviewed 1 kr-production=[A-Za-z0-9+/]{16} -->\n$/,
    );
    api.comments = [];
    await run("comment", commentInputs);
    expect(api.comments[0]?.body).to.not.include("reviewed 1");
  });

  it("leave the result in the summary where they may not comment, with a warning and no failure", async () => {
    api.mayWrite = false;
    const { status, stdout, summary } = await run("comment", commentInputs);
    expect(status).to.equal(0);
    expect(stdout).to.include("::warning::This run may not comment");
    expect(summary).to.include("## ✏️ Dry run: changes");
  });

  it("write only the summary for a merge group", async () => {
    const { status, summary } = await run("comment", { ...commentInputs, "pull-request": "", head: "" });
    expect(status).to.equal(0);
    expect(summary).to.include("## ✏️ Dry run: changes");
    expect(api.requests.filter((request) => request.includes("comments"))).to.deep.equal([]);
  });

  const watched = JSON.stringify([
    { name: "kr-production", filter: "kr", job: "dryrun-kr-production", project: "kr" },
    { name: "ja-production", filter: "production", job: "dryrun-ja-production", project: "ja" },
  ]);
  const watchInputs = { environments: watched, changes: '{"kr":"true","production":"false"}' };

  it("mark the comment of the run before as stale, and end when the runner has come", async () => {
    api.jobs = [{ ...job, name: "dryrun-kr-production (1_35)", status: "in_progress" }];
    const marker = "<!-- eks-dryrun-runner comment 1 head=a1 run=6 attempt=1 page=1/1 -->";
    api.comments = [{ id: 3, user: { login: "github-actions[bot]" }, body: `${marker}\nresult` }];
    const { status, stdout, output } = await run("watch", watchInputs);
    expect(status, stdout).to.equal(0);
    expect(output).to.equal("");
    expect(api.comments[0]?.body)
      .to.include("**Stale.**")
      .and.to.include("(https://github.com/o/r/actions/runs/7)");
    expect(api.requests).not.to.include("POST actions/runs/7/cancel");
  });

  it("say for whom no runner came when a job waits for too long", async () => {
    api.jobs = [
      { ...job, name: "dryrun-kr-production (1_35)", status: "queued", created_at: "2020-01-01T00:00:00Z" },
    ];
    const { status, stdout, output } = await run("watch", watchInputs);
    expect(status, stdout).to.equal(0);
    expect(output).to.equal('not-started=["kr-production"]\n');
    expect(api.requests).not.to.include("POST actions/runs/7/cancel");
  });

  it("cancel the run where no runner came, and say for whom", async () => {
    const { status, stdout } = await run("watch", { "not-started": '["kr-production"]' });
    expect(status).to.equal(1);
    expect(stdout).to.include("::error::kr-production: no runner started within 30 minutes.");
    expect(api.requests.at(-1)).to.equal("POST actions/runs/7/cancel");
  });
});
