import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "chai";
import { after, before, beforeEach, describe, it } from "mocha";
import { clockPath } from "../../../../sandbox/github/clock";
import { Repository } from "../../../../sandbox/github/repository";
import { repositoryPath, withoutRepo, writer, administrator } from "../world";
import { QuickExecutor } from "./quickExecutor";
import { eventually, startActionsWorld, type ActionsWorld } from "./world";

const workflow = `
name: Test
on: pull_request
permissions: {}
jobs:
  reader:
    runs-on: ubuntu-24.04
    permissions: { contents: read, pull-requests: write, actions: write }
    steps: [{ run: "true" }]
  none:
    runs-on: ubuntu-24.04
    steps: [{ run: "true" }]
`;

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
  json: { action?: string; workflow_job?: { name: string; status: string; labels: string[] } };
}

describe("the sandbox's GitHub: pull requests, comments, hooks and git over HTTP", function () {
  this.timeout(300_000);
  const executor = new QuickExecutor();
  let world: ActionsWorld;
  let branches = 0;

  before(async () => {
    world = await startActionsWorld(workflow, { executor });
  });
  after(() => world.end());
  beforeEach(() => {
    executor.held.clear();
  });

  const opened = async (files: Record<string, string | undefined> = { "docs/a.md": "a" }) => {
    branches += 1;
    const sha = await world.commit(`branch-${branches}`, files);
    return { sha, branch: `branch-${branches}`, pull: await world.open(`branch-${branches}`) };
  };
  const git = (...args: string[]) =>
    execa("git", args, {
      env: { GIT_TERMINAL_PROMPT: "0", HOME: tmpdir(), GIT_CONFIG_GLOBAL: "/dev/null" },
      reject: false,
    });
  const ref = async (name: string) => (await git("--git-dir", world.repository, "rev-parse", name)).stdout;
  const ask = <Body = { message: string }>(method: string, path: string, body?: unknown, token?: string) =>
    world.ask<Body>(method, `${repositoryPath}${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(token ? { token } : {}),
    });

  describe("the list of runs", () => {
    const times = async (created: string) => {
      const query = new URLSearchParams({ created, per_page: "100" }).toString();
      const { json, status } = await ask<{ workflow_runs?: { created_at: string }[] }>(
        "GET",
        `/actions/runs?${query}`,
      );
      return json.workflow_runs?.map((run) => run.created_at) ?? status;
    };

    it("is of the time that is asked for", async () => {
      await opened();
      const all = await eventually<string[]>(async () => {
        const found = await times(">=2020-01-01");
        return found instanceof Array && found.length > 0 ? found : undefined;
      });
      const newest = all[0] ?? "";
      expect(await times(`>=${newest}`)).to.include(newest);
      expect(await times(`>${newest}`)).to.deep.equal([]);
      expect(await times(`2020-01-01..${newest}`)).to.deep.equal(all);
      expect(await times("<2020-01-01")).to.deep.equal([]);
      expect(await times("yesterday")).to.equal(501);
    });

    it("is of a time that somebody moved on", async () => {
      const { status } = await world.ask("POST", clockPath, { body: { minutes: 600 } });
      expect(status).to.equal(200);
      const in9Hours = new Date(Date.now() + 9 * 3_600_000).toISOString();
      await opened();
      await eventually(async () => {
        const found = await times(`>${in9Hours}`);
        return found instanceof Array && found.length > 0 ? true : undefined;
      });
    });
  });

  describe("a pull request", () => {
    it("has refs for its head and for its merge, which follow a push", async () => {
      const { sha, branch, pull } = await opened();
      expect(await ref(`refs/pull/${pull.number}/head`)).to.equal(sha);
      expect(await ref(`refs/pull/${pull.number}/merge^2`)).to.equal(sha);
      expect(await ref(`refs/pull/${pull.number}/merge^1`)).to.equal(pull.base.sha);
      const next = await world.commit(branch, { "docs/b.md": "b" });
      await eventually(async () => ((await world.pull(pull.number)).head.sha === next ? true : undefined));
      expect(await ref(`refs/pull/${pull.number}/merge^2`)).to.equal(next);
    });

    it("lists its files, page by page, with renames", async () => {
      const readme = (await git("--git-dir", world.repository, "show", "main:README.md")).stdout;
      const { pull } = await opened({
        "README.md": undefined,
        "docs/README.md": `${readme}\n`,
        "docs/z.md": "z",
      });
      const path = `/pulls/${pull.number}/files?per_page=1`;
      const first = await ask<Record<string, unknown>[]>("GET", path);
      expect(first.json[0]).to.include({
        filename: "docs/README.md",
        previous_filename: "README.md",
        status: "renamed",
      });
      expect(first.headers.get("link")).to.include('rel="next"');
      const second = await ask<Record<string, unknown>[]>("GET", `${path}&page=2`);
      expect(second.json[0]).to.include({ filename: "docs/z.md", status: "added", additions: 1 });
    });

    it("says how many files it changes, after a push too", async () => {
      const { branch, pull } = await opened({
        "README.md": undefined,
        "docs/new.md": "new",
        "docs/z.md": "z",
      });
      const changed = async () =>
        (await ask<{ changed_files: number }>("GET", `/pulls/${pull.number}`)).json.changed_files;
      expect(await changed()).to.equal(3);
      const next = await world.commit(branch, { "docs/more.md": "more" });
      await eventually(async () => ((await world.pull(pull.number)).head.sha === next ? true : undefined));
      expect(await changed()).to.equal(4);
    });

    it("that gets another base runs what is for those that are edited, against that", async () => {
      const edited = workflow
        .replace("name: Test", "name: Edited")
        .replace("on: pull_request", "on: { pull_request: { types: [edited] } }");
      const { sha, pull } = await opened({ ".github/workflows/edited.yml": edited });
      const base = await world.commit("other-base", { "docs/other.md": "other" });
      const path = `/pulls/${pull.number}`;
      expect((await ask("PATCH", path, { base: "absent" })).status).to.equal(422);
      expect((await ask("PATCH", path, { base: "other-base" })).status).to.equal(200);
      const found = async () => (await world.runs(sha)).find(({ name }) => name === "Edited");
      const run = await eventually(found);
      expect(run).to.include({ event: "pull_request" });
      expect((await world.pull(pull.number)).base).to.include({ ref: "other-base", sha: base });
      expect(await ref(`refs/pull/${pull.number}/merge^1`)).to.equal(base);
    });

    it("is refused without a change, twice for a branch, and for a branch that is not there", async () => {
      const { branch } = await opened();
      expect((await world.open(branch)).errors[0]?.message).to.include("already exists");
      await git("--git-dir", world.repository, "branch", "same", "main");
      expect((await world.open("same")).errors[0]?.message).to.equal("No commits between main and same");
      expect((await ask("POST", "/pulls", { title: "x", head: "absent", base: "main" })).status).to.equal(
        422,
      );
    });

    it("from a fork runs with a token that can only read", async () => {
      const fork = Repository.named(world.directory, "someone/kubernetes-manifests");
      await git("clone", "--quiet", "--bare", world.repository, fork.path);
      const sha = await world.commit("theirs", { "docs/theirs.md": "x" }, fork);
      const pull = await world.open("someone:theirs");
      expect(pull.head.repo.full_name).to.equal("someone/kubernetes-manifests");
      await world.ended(sha);
      const { runId } = executor.messages.at(-1)!;
      const tokens = executor.messages.filter((message) => message.runId === runId).map(({ key }) => key);
      expect(tokens).to.deep.equal(["reader", "none"]);
      executor.held.add("reader");
      await world.commit("theirs", { "docs/theirs.md": "y" }, fork);
      const reader = await eventually(() => executor.running.get("reader"));
      const comment = await ask(
        "POST",
        `/issues/${pull.number}/comments`,
        { body: "x" },
        reader.message.token,
      );
      expect([comment.status, comment.json.message]).to.deep.equal([
        403,
        "Resource not accessible by integration",
      ]);
      reader.end();
    });

    it("merges only when the required checks have succeeded", async () => {
      const contexts = { required_status_checks: { strict: false, contexts: ["reader"] } };
      const rest = { enforce_admins: true, required_pull_request_reviews: null, restrictions: null };
      await ask("PUT", "/branches/main/protection", { ...contexts, ...rest });
      executor.held.add("reader");
      const { sha, pull } = await opened();
      const merge = () => ask<{ message: string; sha: string }>("PUT", `/pulls/${pull.number}/merge`, {});
      const early = await merge();
      expect([early.status, early.json.message]).to.deep.equal([
        405,
        'Required status check "reader" is expected.',
      ]);
      (await eventually(() => executor.running.get("reader"))).end();
      await world.ended(sha);
      const { status, json } = await merge();
      expect(status).to.equal(200);
      expect(await ref("main")).to.equal(json.sha);
      expect(await world.pull(pull.number)).to.include({ state: "closed", merged: true });
      await ask("DELETE", "/branches/main/protection");
    });
  });

  describe("a job's token", () => {
    it("may do what its permissions say, as a bot, until the job ends", async () => {
      executor.held.add("reader").add("none");
      const { pull } = await opened();
      const reader = await eventually(() => executor.running.get("reader"));
      const none = await eventually(() => executor.running.get("none"));
      const comments = `/issues/${pull.number}/comments`;
      const made = await ask<{ id: number; user: { login: string; type: string } }>(
        "POST",
        comments,
        { body: "hello" },
        reader.message.token,
      );
      expect(made.json.user).to.include({ login: "github-actions[bot]", type: "Bot" });
      expect(
        (await ask("POST", comments, { body: "x".repeat(65_537) }, reader.message.token)).status,
      ).to.equal(422);
      expect(
        (await ask("PATCH", `/issues/comments/${made.json.id}`, { body: "new" }, reader.message.token))
          .status,
      ).to.equal(200);
      expect((await ask("GET", comments, undefined, none.message.token)).json.message).to.equal(
        "Resource not accessible by integration",
      );
      expect((await ask("GET", "/hooks", undefined, reader.message.token)).status).to.equal(403);
      expect(
        (await ask("DELETE", `/issues/comments/${made.json.id}`, undefined, reader.message.token)).status,
      ).to.equal(204);
      reader.end();
      none.end();
      await eventually(async () =>
        (await ask("GET", comments, undefined, reader.message.token)).status === 401 ? true : undefined,
      );
    });
  });

  describe("git over HTTP", () => {
    let folder: string;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "clone-"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    const url = (user: string) =>
      `http://${user}@127.0.0.1:${world.service().port}/example-org/kubernetes-manifests.git`;

    it("wants a token, and hides the repository from one that may not see it", async () => {
      const anonymous = await git("ls-remote", url("x-access-token:wrong"));
      expect(anonymous.stderr).to.include("Authentication failed");
      expect((await git("ls-remote", url(`x:${withoutRepo}`))).stderr).to.include("not found");
      expect((await git("ls-remote", url(`x-access-token:${writer}`))).stdout).to.include("refs/heads/main");
    });

    it("serves partial and sparse clones, and counts their bytes", async () => {
      const before = world.service().traffic.sent;
      const clone = join(folder, "sparse");
      await git("clone", "--quiet", "--filter=blob:none", "--sparse", "--depth=1", url(`x:${writer}`), clone);
      expect((await git("-C", clone, "ls-files", "-t", "k8s/staging")).stdout).to.match(/^S /);
      expect(world.service().traffic.sent - before).to.be.within(500, 50_000);
    });

    it("takes a push, which the pull request has when git returns, and none to a protected branch", async () => {
      const { branch, pull } = await opened();
      const clone = join(folder, "push");
      await git("clone", "--quiet", "--branch", branch, url(`x:${writer}`), clone);
      await writeFile(join(clone, "new.txt"), "new");
      await git("-C", clone, "add", "new.txt");
      await git("-C", clone, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "new");
      expect((await git("-C", clone, "push", "origin", branch)).exitCode).to.equal(0);
      const { stdout: head } = await git("-C", clone, "rev-parse", "HEAD");
      expect((await world.pull(pull.number)).head.sha).to.equal(head);
      await ask("PUT", "/branches/main/protection", {
        required_status_checks: null,
        enforce_admins: true,
        required_pull_request_reviews: {},
        restrictions: null,
      });
      expect((await git("-C", clone, "push", "origin", `${branch}:main`)).stderr).to.include(
        "deny updating a hidden ref",
      );
      await ask("DELETE", "/branches/main/protection", undefined, administrator);
    });
  });

  describe("a hook", () => {
    let receiver: Server;
    const heard: Heard[] = [];

    before(async () => {
      receiver = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk) => (body += String(chunk)));
        request.on("end", () => {
          heard.push({ headers: request.headers, body, json: JSON.parse(body) as Heard["json"] });
          response.writeHead(202).end("taken");
        });
      }).listen(0, "127.0.0.1");
      await once(receiver, "listening");
    });
    after(() => receiver.close());

    it("hears of each job in order, signed, and keeps the answers", async () => {
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
      const made = await ask<{ id: number; config: { secret: string } }>("POST", "/hooks", {
        events: ["workflow_job"],
        config: { url, content_type: "json", secret: "canary" },
      });
      expect([made.status, made.json.config.secret]).to.deep.equal([201, "********"]);
      expect((await ask("POST", "/hooks", { events: ["workflow_job"], config: { url } })).status).to.equal(
        422,
      );
      const { sha } = await opened();
      await world.ended(sha);
      const jobs = () =>
        heard.filter(({ json }) => json.workflow_job?.name === "reader").map(({ json }) => json.action);
      await eventually(() => (jobs().length === 3 ? true : undefined));
      expect(jobs()).to.deep.equal(["queued", "in_progress", "completed"]);
      const last = heard.at(-1)!;
      const signature = createHmac("sha256", "canary").update(last.body).digest("hex");
      expect(last.headers["x-hub-signature-256"]).to.equal(`sha256=${signature}`);
      const list = await ask<{ id: number; status_code: number; event: string }[]>(
        "GET",
        `/hooks/${made.json.id}/deliveries`,
      );
      expect(list.json.at(-1)).to.include({ event: "ping", status_code: 202 });
      const one = await ask<{ response: { payload: string } }>(
        "GET",
        `/hooks/${made.json.id}/deliveries/${list.json[0]?.id}`,
      );
      expect(one.json.response.payload).to.equal("taken");
      expect((await ask("DELETE", `/hooks/${made.json.id}`)).status).to.equal(204);
      expect((await ask("GET", `/hooks/${made.json.id}`)).status).to.equal(404);
    });
  });
});
