import { expect } from "chai";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { seedTargetRepository } from "../../../sandbox/github/seed";
import { githubProvider } from "../../../sandbox/providers/github/provider";
import { unknown, type Values } from "../../../sandbox/providers/values";
import { targetRepository } from "../../../sandbox/world";
import { Engine } from "./engine";
import { fast, messageOf, startLocalGitHub, type LocalGitHub } from "./localGitHub";

const type = "github:index/repositoryFile:RepositoryFile";
const { owner, name: repository, defaultBranch } = targetRepository;

describe("the stand-in of the github provider", function () {
  this.timeout(240_000);
  let engine: Engine;
  beforeEach(async () => {
    engine = await Engine.start(githubProvider("6.15.0"));
  });
  afterEach(() => engine.stop());

  describe("against the sandbox's GitHub", () => {
    let github: LocalGitHub;
    let files = 0;
    let file: string;

    before(async () => {
      github = await startLocalGitHub();
    });
    after(() => github.end());
    beforeEach(async () => {
      file = `.github/workflows/${String(++files)}.yml`;
      await github.configure(engine);
    });

    const git = (...args: string[]) => github.git(...args);
    const subjects = async (count: number) =>
      (await git("log", defaultBranch, "--format=%s", `-${String(count)}`)).split("\n");
    const create = async (given: Values) => {
      const { inputs, failures } = await engine.check(type, { repository, file, ...given });
      expect(failures).to.deep.equal([]);
      return { inputs, ...(await engine.create(type, inputs)) };
    };

    it("commits a file, and knows the commit", async () => {
      const { id, state } = await create({ content: "on: push\n" });
      expect(id).to.equal(`${repository}:${file}:${defaultBranch}`);
      expect(await git("show", `${defaultBranch}:${file}`)).to.equal("on: push");
      expect(state).to.deep.include({
        branch: defaultBranch,
        content: "on: push\n",
        commitMessage: `Add ${file}`,
        commitSha: await git("rev-parse", defaultBranch),
        sha: await git("rev-parse", `${defaultBranch}:${file}`),
      });
    });

    it("refuses to overwrite a file that is there, unless told to", async () => {
      await create({ content: "one\n" });
      expect(await messageOf(create({ content: "two\n" }))).to.contain("refusing to overwrite existing file");
      await create({ content: "two\n", overwriteOnCreate: true });
      expect(await git("show", `${defaultBranch}:${file}`)).to.equal("two");
    });

    it("updates with the commit message of an update", async () => {
      const { id, inputs, state } = await create({ content: "one\n" });
      const updated = await engine.update(type, id, state, { ...inputs, content: "two\n" });
      expect(updated).to.deep.include({ content: "two\n", commitSha: await git("rev-parse", defaultBranch) });
      expect(await subjects(2)).to.deep.equal([`Update ${file}`, `Add ${file}`]);
    });

    it("uses the commit message that it is given", async () => {
      const { id, inputs, state } = await create({
        content: "one\n",
        commitMessage: "Dry-run pull requests",
      });
      await engine.update(type, id, state, { ...inputs, content: "two\n" });
      expect(await subjects(2)).to.deep.equal(["Dry-run pull requests", "Dry-run pull requests"]);
    });

    it("does not overwrite what somebody else committed since, before a refresh", async () => {
      const { id, inputs, state } = await create({ content: "one\n" });
      await engine.update(type, id, state, { ...inputs, content: "somebody else's\n" });
      const wanted = { ...inputs, content: "two\n" };
      expect(await messageOf(engine.update(type, id, state, wanted))).to.contain("409");
      const refreshed = await engine.read(type, id, state, inputs);
      expect(refreshed.inputs.content).to.equal("somebody else's\n");
      expect((await engine.diff(type, refreshed.state, wanted)).detailed).to.deep.equal({
        content: "UPDATE",
      });
      await engine.update(type, id, refreshed.state, wanted);
      expect(await git("show", `${defaultBranch}:${file}`)).to.equal("two");
    });

    it("commits the deletion", async () => {
      const { id, state } = await create({ content: "one\n" });
      await engine.delete(type, id, state);
      expect(await subjects(1)).to.deep.equal([`Delete ${file}`]);
      expect((await engine.read(type, id, state, state)).id).to.equal("");
    });

    it("imports by repository, path and branch", async () => {
      await create({ content: "one\n" });
      const found = await engine.read(type, `${repository}:${file}:`);
      expect(found.id).to.equal(`${repository}:${file}:${defaultBranch}`);
      expect(found.inputs).to.deep.include({ repository, file, content: "one\n", branch: defaultBranch });
    });

    it("refuses a branch that is not there", async () => {
      expect(await messageOf(create({ content: "x", branch: "nowhere" }))).to.contain(
        "branch nowhere not found",
      );
    });

    describe("whose repository", () => {
      const change = async (body: object, name = repository) => {
        const address = `${github.baseUrl}repos/${owner}/${name}`;
        const headers = { authorization: "Bearer sandbox-token" };
        const answer = await fetch(address, { method: "PATCH", headers, body: JSON.stringify(body) });
        expect(answer.status).to.equal(200);
      };

      it("is renamed, stays where it is: it is updated, read and deleted under the new name", async () => {
        const { id, inputs, state } = await create({ content: "one\n" });
        await change({ name: "renamed" });
        try {
          const wanted = { ...inputs, repository: "renamed" };
          expect((await engine.diff(type, state, wanted)).replaces).to.deep.equal([]);
          const updated = await engine.update(type, id, state, wanted);
          expect(updated).to.include({ repository: "renamed", repositoryId: state.repositoryId });
          const read = await engine.read(type, id, updated, wanted);
          expect(read.state).to.include({ repository: "renamed", content: "one\n" });
          await engine.delete(type, id, updated);
          expect((await engine.read(type, id, updated, wanted)).id).to.equal("");
        } finally {
          await change({ name: repository }, "renamed");
        }
      });

      it("is another one, is replaced", async () => {
        const { inputs, state } = await create({ content: "one\n" });
        const other = { directory: github.directory, owner, name: "other", defaultBranch };
        await seedTargetRepository(other);
        const { replaces } = await engine.diff(type, state, { ...inputs, repository: "other" });
        expect(replaces).to.deep.equal(["repository"]);
      });

      it("is archived, cannot be changed, and stays there when it is deleted here", async () => {
        const { id, inputs, state } = await create({ content: "one\n" });
        await change({ archived: true });
        try {
          const update = engine.update(type, id, state, { ...inputs, content: "two\n" });
          expect(await messageOf(update)).to.contain("403 Repository was archived so is read-only.");
          await engine.delete(type, id, state);
        } finally {
          await change({ archived: false });
        }
        expect(await git("show", `${defaultBranch}:${file}`)).to.equal("one");
      });
    });

    it("finds the repository and its branch", async () => {
      const fullName = `${owner}/${repository}`;
      const found = await engine.invoke("github:index/getRepository:getRepository", { fullName });
      expect(found.result).to.deep.include({ defaultBranch, fullName });
      const branch = await engine.invoke("github:index/getBranch:getBranch", {
        repository,
        branch: defaultBranch,
      });
      expect(branch.result.sha).to.equal(await git("rev-parse", defaultBranch));
    });
  });

  describe("against a GitHub that answers from a script", () => {
    let server: Server;
    let requests: string[];
    /** No status: the connection breaks. */
    let answers: { status?: number; body: unknown; headers?: Record<string, string> }[];

    beforeEach(async () => {
      requests = [];
      answers = [];
      server = createServer((request, response) => {
        requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
        const { status, body, headers } = answers.shift() ?? { status: 404, body: { message: "Not Found" } };
        if (status === undefined) request.socket.destroy();
        else
          response
            .writeHead(status, { "content-type": "application/json", ...headers })
            .end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
      delete process.env.GITHUB_OWNER;
    });

    const configure = (given: Values) => {
      const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
      return engine.configure({ ...fast, token: "t", baseUrl, ...given });
    };
    const branch = () =>
      engine.invoke("github:index/getBranch:getBranch", { repository: "r", branch: "main" });

    it("asks for the organization below /api/v3/, and does not mind that it is none", async () => {
      await configure({ owner: "somebody" });
      expect(requests).to.deep.equal(["GET /api/v3/orgs/somebody"]);
    });

    it("is the token's user where no owner is given", async () => {
      answers = [{ status: 200, body: { login: "ann" } }];
      await configure({});
      await branch().catch(() => undefined);
      expect(requests).to.deep.equal(["GET /api/v3/user", "GET /api/v3/repos/ann/r/git/ref/heads/main"]);
    });

    it("takes the owner of the environment before that of the configuration", async () => {
      process.env.GITHUB_OWNER = "environment";
      await configure({ owner: "configuration" });
      expect(requests).to.deep.equal(["GET /api/v3/orgs/environment"]);
    });

    it("refuses a bad token at once", async () => {
      answers = [{ status: 401, body: { message: "Bad credentials" } }];
      expect(await messageOf(configure({ owner: "o" }))).to.contain("401 Bad credentials");
    });

    it("tries again on the errors that it is told to, and no more often", async () => {
      await configure({ owner: "o", retryableErrors: "[409]" });
      const moved = { status: 409, body: { message: "is at X but expected Y" } };
      answers = [moved, moved, { status: 200, body: { object: { sha: "abc" } } }];
      expect((await branch()).result.sha).to.equal("abc");
      answers = [moved, moved, moved, moved];
      expect(await messageOf(branch())).to.contain("409 is at X but expected Y");
      expect(answers).to.have.length(1);
    });

    it("tries again what got no answer, writes too, whatever it is told", async () => {
      await configure({ owner: "o", retryableErrors: "[409]" });
      answers = [{ body: {} }, { status: 200, body: { object: { sha: "abc" } } }];
      expect((await branch()).result.sha).to.equal("abc");
      answers = [{ body: {} }, { body: {} }, { body: {} }, { status: 200, body: {} }];
      expect(await messageOf(branch())).to.match(/GET .*: EOF/);
      expect(answers).to.have.length(1);
    });

    it("waits for GitHub's limits, however often it is told to", async () => {
      await configure({ owner: "o" });
      const documentation_url = "https://docs.github.com/rest/overview/secondary-rate-limits";
      const secondary = { status: 403, body: { documentation_url }, headers: { "retry-after": "0" } };
      const primary = {
        status: 429,
        body: {},
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
      };
      answers = [
        secondary,
        secondary,
        secondary,
        secondary,
        primary,
        { status: 200, body: { object: { sha: "abc" } } },
      ];
      expect((await branch()).result.sha).to.equal("abc");
      answers = [
        { status: 403, body: { message: "Resource not accessible" } },
        { status: 200, body: {} },
      ];
      expect(await messageOf(branch())).to.contain("403 Resource not accessible");
    });

    it("tries again on a server's errors, and on no other, where it is told nothing", async () => {
      await configure({ owner: "o" });
      answers = [
        { status: 502, body: {} },
        { status: 200, body: { object: { sha: "abc" } } },
      ];
      expect((await branch()).result.sha).to.equal("abc");
      answers = [
        { status: 409, body: { message: "moved" } },
        { status: 200, body: {} },
      ];
      expect(await messageOf(branch())).to.contain("409 moved");
      expect(answers).to.have.length(1);
    });
  });

  it("replaces for repository, file and branch, and for nothing else", async () => {
    const state = { repository, file: "f", content: "a", branch: "main", commitMessage: "m" };
    const changed = async (change: Values) =>
      (await engine.diff(type, state, { ...state, ...change })).replaces;
    expect(await changed({ repository: "x" })).to.deep.equal(["repository"]);
    expect(await changed({ file: "x" })).to.deep.equal(["file"]);
    expect(await changed({ branch: "x" })).to.deep.equal(["branch"]);
    expect(await changed({ content: "x", commitMessage: "x", commitAuthor: "x" })).to.deep.equal([]);
  });

  it("shows in a preview what only the commit will bring as not known", async () => {
    const { state } = await engine.create(type, { repository, file: "f", content: "a" }, { preview: true });
    expect(state).to.deep.include({ content: "a", commitSha: unknown, sha: unknown, branch: unknown });
  });
});
