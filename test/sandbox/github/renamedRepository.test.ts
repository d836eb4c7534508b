import { expect } from "chai";
import { execa } from "execa";
import { after, before, beforeEach, describe, it } from "mocha";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { administrator, base64, repositoryPath, startWorld, writer, type World, type Written } from "./world";

interface Repository {
  id: number;
  full_name: string;
  archived: boolean;
  message: string;
}

const newPath = "/repos/example-org/manifests";
const contents = (path: string) => `${path}/contents/README.md`;

describe("the sandbox's GitHub: a repository that is renamed", function () {
  this.timeout(60_000);
  let world: World;
  let id: number;
  const hook = { config: { url: "http://127.0.0.1:9/hook" }, events: ["workflow_job"] };

  before(async () => {
    world = await startWorld();
    id = (await world.ask<Repository>("GET", repositoryPath)).json.id;
    await world.ask("POST", `${repositoryPath}/hooks`, { body: hook });
    const renamed = await world.ask<Repository>("PATCH", repositoryPath, { body: { name: "manifests" } });
    expect([renamed.status, renamed.json.full_name]).to.deep.equal([200, "example-org/manifests"]);
  });
  after(() => world.end());

  it("keeps its id, its files and its hooks", async () => {
    expect((await world.ask<Repository>("GET", newPath)).json.id).to.equal(id);
    expect((await world.ask("GET", contents(newPath))).status).to.equal(200);
    expect((await world.ask<unknown[]>("GET", `${newPath}/hooks`)).json).to.have.length(1);
  });

  it("sends whoever knows the old name on: reading for good, writing this once", async () => {
    const raw = (method: string) =>
      fetch(`http://127.0.0.1:${String(world.service().port)}/api/v3${contents(repositoryPath)}?ref=main`, {
        method,
        headers: { authorization: `Bearer ${administrator}` },
        redirect: "manual",
      });
    const [read, written] = [await raw("GET"), await raw("PUT")];
    expect([read.status, written.status]).to.deep.equal([301, 307]);
    expect(read.headers.get("location")).to.match(
      new RegExp(`/api/v3/repositories/${String(id)}/contents/README\\.md\\?ref=main$`),
    );
    const followed = await world.ask<Repository>("GET", repositoryPath);
    expect([followed.status, followed.json.full_name]).to.deep.equal([200, "example-org/manifests"]);
  });

  it("is found by git under both names", async () => {
    const clone = await mkdtemp(join(tmpdir(), "clone-"));
    try {
      for (const name of ["kubernetes-manifests", "manifests"]) {
        const url = `http://x:${administrator}@127.0.0.1:${String(world.service().port)}/example-org/${name}.git`;
        await execa("git", ["clone", "--quiet", url, join(clone, name)]);
      }
    } finally {
      await rm(clone, { recursive: true });
    }
  });

  it("cannot take a name that is taken, nor be renamed by somebody who may only write", async () => {
    const asWriter = await world.ask("PATCH", newPath, { body: { name: "other" }, token: writer });
    expect(asWriter.status).to.equal(404);
    const odd = await world.ask("PATCH", newPath, { body: { name: "a/b" } });
    expect(odd.status).to.equal(422);
  });

  it("knows an older name too after it was renamed once more, and takes a name back", async () => {
    await world.ask("PATCH", newPath, { body: { name: "third" } });
    for (const path of [repositoryPath, newPath])
      expect((await world.ask<Repository>("GET", path)).json.full_name).to.equal("example-org/third");
    await world.ask("PATCH", "/repos/example-org/third", { body: { name: "manifests" } });
    expect((await world.ask<Repository>("GET", newPath)).json.full_name).to.equal("example-org/manifests");
  });
});

describe("the sandbox's GitHub: a repository that is archived", function () {
  this.timeout(60_000);
  let world: World;
  const archive = (archived: boolean) =>
    world.ask<Repository>("PATCH", repositoryPath, { body: { archived } });

  before(async () => {
    world = await startWorld();
  });
  after(() => world.end());
  beforeEach(() => archive(true));

  it("can be read", async () => {
    expect((await world.ask<Repository>("GET", repositoryPath)).json.archived).to.equal(true);
    expect((await world.ask("GET", contents(repositoryPath))).status).to.equal(200);
  });

  it("refuses every change but that of being archived", async () => {
    const refusals = await Promise.all([
      world.ask<Written>("PUT", contents(repositoryPath), { body: { message: "x", content: base64("x") } }),
      world.ask<Written>("POST", `${repositoryPath}/hooks`, { body: {} }),
      world.ask<Written>("DELETE", `${repositoryPath}/hooks/1`),
      world.ask<Written>("POST", `${repositoryPath}/pulls`, { body: {} }),
    ]);
    for (const { status, json } of refusals)
      expect([status, json.message]).to.deep.equal([403, "Repository was archived so is read-only."]);
    expect((await archive(false)).json.archived).to.equal(false);
    expect((await world.ask("DELETE", `${repositoryPath}/hooks/1`)).status).to.equal(404);
  });

  it("takes no push", async () => {
    const { port } = world.service();
    const url = `http://x:${administrator}@127.0.0.1:${String(port)}/example-org/kubernetes-manifests.git`;
    const pushed = await execa("git", ["-C", world.repository, "push", url, "main:refs/heads/other"], {
      reject: false,
    });
    expect(pushed.exitCode).to.not.equal(0);
    expect(pushed.stderr).to.include("403");
  });
});
