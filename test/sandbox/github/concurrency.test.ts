import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import {
  administrator,
  base64,
  repositoryPath,
  startWorld,
  withoutWorkflow,
  type World,
  type Written,
} from "./world";

const contents = `${repositoryPath}/contents`;

describe("the sandbox's GitHub: writers at the same time, clones and restarts", function () {
  this.timeout(240_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.end());

  const put = (path: string, text: string, sha?: string) =>
    world.ask<Written>("PUT", `${contents}/${path}`, {
      body: { message: `Write ${path}`, content: base64(text), sha },
    });
  const main = async () => {
    const { json } = await world.ask("GET", `${repositoryPath}/git/ref/heads/main`);
    return json.object.sha;
  };
  const commitsSince = async (commit: string) => {
    const args = ["--git-dir", world.repository, "rev-list", "--first-parent", `${commit}..main`];
    return (await execa("git", args)).stdout.split("\n").filter((sha) => sha !== "");
  };

  it("lets one of two updates of the same file win and answers 409 to the other", async () => {
    const { json } = await put("docs/contended.md", "start");
    const answers = await Promise.all(
      ["left", "right"].map((text) => put("docs/contended.md", text, json.content.sha)),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    const winner = answers.find(({ status }) => status === 200);
    const now = await world.ask("GET", `${contents}/docs/contended.md`);
    expect(now.json.sha).to.equal(winner?.json.content.sha);
  });

  it("answers 409 to whoever read the branch before it moved, and loses no commit", async () => {
    const start = await main();
    const paths = Array.from({ length: 12 }, (_, number) => `docs/parallel-${number}.md`);
    const answers = await Promise.all(paths.map((path) => put(path, path)));
    const created = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 409);
    expect(created.length + refused.length).to.equal(paths.length);
    expect(created).to.have.length.greaterThan(0);
    expect(refused).to.have.length.greaterThan(0);
    for (const { json } of refused)
      expect(json.message).to.match(/^is at [0-9a-f]{40} but expected [0-9a-f]{40}$/);
    expect(await commitsSince(start)).to.have.members(created.map(({ json }) => json.commit.sha));
  });

  it("lets every writer through who tries again", async () => {
    const start = await main();
    const paths = Array.from({ length: 5 }, (_, number) => `docs/retried-${number}.md`);
    await Promise.all(
      paths.map(async (path) => {
        let status = 409;
        while (status === 409) status = (await put(path, path)).status;
        expect(status).to.equal(201);
      }),
    );
    expect(await commitsSince(start)).to.have.length(paths.length);
    for (const path of paths) expect((await world.ask("GET", `${contents}/${path}`)).status).to.equal(200);
  });

  it("can be cloned, with the commits that came through the API", async () => {
    const { json } = await put("docs/cloned.md", "cloned\n");
    const folder = await mkdtemp(join(tmpdir(), "clone-"));
    try {
      await execa("git", ["clone", "--quiet", world.repository, folder]);
      const { stdout } = await execa("git", ["log", "-1", "--format=%H %an %s", "--", "docs/cloned.md"], {
        cwd: folder,
      });
      expect(stdout).to.equal(`${json.commit.sha} example-org-bot Write docs/cloned.md`);
      await execa("git", ["fsck", "--strict"], { cwd: folder });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("has its commits, tokens and protections after a restart", async () => {
    const commit = await main();
    const protection = {
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: {},
      restrictions: null,
    };
    await world.ask("PUT", `${repositoryPath}/branches/main/protection`, { body: protection });
    await world.store.change(({ tokens }) => {
      const token = tokens[administrator];
      if (token !== undefined) token.scopes = ["repo"];
    });
    await world.restart();
    expect(await main()).to.equal(commit);
    const { headers } = await world.ask("GET", "/user");
    expect(headers.get("x-oauth-scopes")).to.equal("repo");
    expect((await world.ask("GET", "/user", { token: withoutWorkflow })).status).to.equal(200);
    expect((await put("docs/after.md", "after")).status).to.equal(409);
  });
});
