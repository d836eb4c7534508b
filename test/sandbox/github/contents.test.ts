import { execa } from "execa";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { Repository } from "../../../sandbox/github/repository";
import {
  base64,
  repositoryPath,
  startWorld,
  withoutWorkflow,
  type Resource,
  type World,
  type Written,
} from "./world";

const contents = `${repositoryPath}/contents`;
const zeroSha = "0".repeat(40);

describe("the sandbox's GitHub: contents", function () {
  this.timeout(240_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.end());

  const put = (path: string, body: Record<string, unknown>, token?: string) =>
    world.ask<Written>("PUT", `${contents}/${path}`, {
      token,
      body: { message: `Write ${path}`, content: base64("hello\n"), ...body },
    });
  const git = async (...args: string[]) =>
    (await execa("git", ["--git-dir", world.repository, ...args], { stripFinalNewline: false })).stdout;

  it("creates a file as one commit on the default branch, by the token's user", async () => {
    const before = (await git("rev-parse", "main")).trim();
    const { status, json } = await put("docs/created.md", { message: "Describe it" });
    expect(status).to.equal(201);
    expect(json.content).to.include({ path: "docs/created.md", name: "created.md", size: 6, type: "file" });
    expect(json.commit.parents.map((parent) => parent.sha)).to.deep.equal([before]);
    expect(json.commit.author.name).to.equal("example-org-bot");
    expect(json.commit.verification).to.include({ verified: false, reason: "unsigned" });
    expect((await git("rev-parse", "main")).trim()).to.equal(json.commit.sha);
    expect(await git("show", "main:docs/created.md")).to.equal("hello\n");
    expect((await git("diff-tree", "--name-status", "-r", before, "main")).trim()).to.equal(
      "A\tdocs/created.md",
    );
  });

  it("reads a file back in base64 lines of 60 characters, with the ref in its url", async () => {
    const text = "a line of a manifest that is longer than most others\n".repeat(20);
    await put("docs/read.md", { content: base64(text) });
    const { status, json } = await world.ask("GET", `/api/v3${contents}/docs/read.md`);
    expect(status).to.equal(200);
    expect(json.encoding).to.equal("base64");
    expect(Math.max(...json.content.split("\n").map((line) => line.length))).to.equal(60);
    expect(Buffer.from(json.content, "base64").toString()).to.equal(text);
    expect(json.url).to.match(/\/api\/v3\/repos\/.*\/contents\/docs\/read\.md\?ref=main$/);
    expect(json.sha).to.equal((await git("rev-parse", "main:docs/read.md")).trim());
  });

  it("takes paths with spaces, percent signs and letters beyond ASCII", async () => {
    const path = "docs/100% ready ルール.md";
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    expect((await put(encoded, {})).status).to.equal(201);
    expect((await world.ask("GET", `${contents}/${encoded}`)).json.path).to.equal(path);
    expect(await git("show", `main:${path}`)).to.equal("hello\n");
  });

  it("lists the folders and files of a folder", async () => {
    const { json } = await world.ask<Resource[]>("GET", `${contents}/k8s?ref=main`);
    expect(json.map((entry) => [entry.path, entry.type])).to.deep.equal([
      ["k8s/base", "dir"],
      ["k8s/in-production", "dir"],
      ["k8s/ja-production", "dir"],
      ["k8s/kr-production", "dir"],
      ["k8s/staging", "dir"],
    ]);
    const root = await world.ask<Resource[]>("GET", contents);
    expect(root.json.map((entry) => entry.name)).to.include.members([".github", "README.md", "k8s"]);
  });

  it("answers 404 for a path, a ref or a repository that is not there", async () => {
    expect((await world.ask("GET", `${contents}/absent.md`)).json.message).to.equal("Not Found");
    expect((await world.ask("GET", `${contents}/README.md/below`)).status).to.equal(404);
    const ref = await world.ask("GET", `${contents}/README.md?ref=absent`);
    expect([ref.status, ref.json.message]).to.deep.equal([404, "No commit found for the ref absent"]);
    expect((await world.ask("GET", "/repos/example-org/absent/contents/README.md")).status).to.equal(404);
    expect((await world.ask("GET", "/repos/example-org/%2e%2e/contents/README.md")).status).to.not.equal(200);
    const branch = await put("docs/a.md", { branch: "absent", sha: zeroSha });
    expect([branch.status, branch.json.message]).to.deep.equal([404, "Branch absent not found"]);
  });

  it("updates a file only against its present blob sha", async () => {
    const { json: created } = await put("docs/updated.md", {});
    const missing = await put("docs/updated.md", { content: base64("two\n") });
    expect([missing.status, missing.json.message]).to.deep.equal([
      422,
      'Invalid request.\n\n"sha" wasn\'t supplied.',
    ]);
    const stale = await put("docs/updated.md", { content: base64("two\n"), sha: zeroSha });
    expect([stale.status, stale.json.message]).to.deep.equal([
      409,
      `docs/updated.md does not match ${zeroSha}`,
    ]);
    expect(await git("show", "main:docs/updated.md")).to.equal("hello\n");
    const updated = await put("docs/updated.md", { content: base64("two\n"), sha: created.content.sha });
    expect(updated.status).to.equal(200);
    expect(await git("show", "main:docs/updated.md")).to.equal("two\n");
  });

  it("ignores the sha of a path that does not exist", async () => {
    expect((await put("docs/new-with-sha.md", { sha: zeroSha })).status).to.equal(201);
  });

  it("deletes a file only against its present blob sha", async () => {
    const { json: created } = await put("docs/deleted.md", {});
    const remove = (path: string, sha?: string) =>
      world.ask<Written>("DELETE", `${contents}/${path}`, { body: { message: "Delete it", sha } });
    expect((await remove("docs/absent.md", zeroSha)).status).to.equal(404);
    expect((await remove("docs/deleted.md")).status).to.equal(422);
    const stale = await remove("docs/deleted.md", zeroSha);
    expect([stale.status, stale.json.message]).to.deep.equal([
      409,
      `docs/deleted.md does not match ${zeroSha}`,
    ]);
    const { status, json } = await remove("docs/deleted.md", created.content.sha);
    expect([status, json.content]).to.deep.equal([200, null]);
    expect((await git("log", "-1", "--format=%s", "main")).trim()).to.equal("Delete it");
    expect((await world.ask("GET", `${contents}/docs/deleted.md`)).status).to.equal(404);
  });

  it("keeps the author and the committer it is given", async () => {
    const person = { name: "Release pipeline", email: "release@example.org", date: "2026-05-04T03:02:01Z" };
    const { json } = await put("docs/authored.md", { author: person });
    expect(json.commit.author).to.deep.equal(person);
    expect(json.commit.committer.name).to.equal("example-org-bot");
    const committed = await put("docs/committed.md", { committer: person });
    expect(committed.json.commit.author).to.deep.equal(person);
  });

  it("commits to the branch it is told and leaves the others", async () => {
    const { json } = await world.ask("GET", `${repositoryPath}/git/ref/heads/main`);
    const main = json.object.sha;
    await world.ask("POST", `${repositoryPath}/git/refs`, {
      body: { ref: "refs/heads/topic/one", sha: main },
    });
    expect((await put("docs/topic.md", { branch: "topic/one" })).status).to.equal(201);
    expect((await git("rev-parse", "main")).trim()).to.equal(main);
    expect((await world.ask("GET", `${contents}/docs/topic.md?ref=topic/one`)).status).to.equal(200);
    expect((await world.ask("GET", `${contents}/docs/topic.md`)).status).to.equal(404);
  });

  it("hides workflow files behind 404 from a token without the scope `workflow`", async () => {
    const workflow = ".github/workflows/new.yml";
    const refused = await put(workflow, {}, withoutWorkflow);
    expect([refused.status, refused.json.message]).to.deep.equal([404, "Not Found"]);
    expect((await put(".github/actions/new/action.yml", {}, withoutWorkflow)).status).to.equal(201);
    const { status, json } = await put(workflow, {});
    expect(status).to.equal(201);
    const body = { message: "Delete it", sha: json.content.sha };
    const remove = (token?: string) =>
      world.ask<Written>("DELETE", `${contents}/${workflow}`, { token, body });
    expect((await remove(withoutWorkflow)).status).to.equal(404);
    expect((await remove()).status).to.equal(200);
  });

  it("refuses malformed requests with 400 and 422", async () => {
    const ask = (body: unknown, path = "docs/malformed.md") =>
      world.ask<Written>("PUT", `${contents}/${path}`, { body });
    const message = async (body: unknown, path?: string) => {
      const { status, json } = await ask(body, path);
      return `${status} ${json.message}`;
    };
    const valid = { message: "m", content: base64("c") };
    expect(await message("{")).to.equal("400 Problems parsing JSON");
    expect(await message({ content: "" })).to.equal('422 Invalid request.\n\n"message" wasn\'t supplied.');
    expect(await message({ message: "m" })).to.equal('422 Invalid request.\n\n"content" wasn\'t supplied.');
    expect(await message({ ...valid, content: "ü" })).to.equal("422 content is not valid Base64");
    expect(await message({ ...valid, comitter: {} })).to.contain('"comitter" is not a permitted key');
    expect(await message({ ...valid, branch: 1 })).to.contain(
      "422 Invalid request.\n\nFor 'properties/branch'",
    );
    expect(await message(valid, "docs//a.md")).to.equal("422 path contains a malformed path component");
    expect(await message(valid, "docs/.git/config")).to.equal("422 path contains a malformed path component");
    expect(await message(valid, "README.md/below.md")).to.match(/^422 /);
    expect(await message(valid, "k8s")).to.match(/^422 /);
  });

  it("sends no content above 1 MB, the raw bytes on demand, and nothing above 100 MB", async () => {
    const large = Buffer.alloc(1024 * 1024 + 1, "x");
    expect((await put("docs/large.txt", { content: base64(large) })).status).to.equal(201);
    const json = (await world.ask("GET", `${contents}/docs/large.txt`)).json;
    expect([json.encoding, json.content, json.size]).to.deep.equal(["none", "", large.length]);
    const headers = { accept: "application/vnd.github.raw+json" };
    expect((await world.ask("GET", `${contents}/docs/large.txt`, { headers })).text).to.equal(
      large.toString(),
    );

    const exact = Buffer.alloc(1024 * 1024, "x");
    await put("docs/exact.txt", { content: base64(exact) });
    const whole = (await world.ask("GET", `${contents}/docs/exact.txt`)).json;
    expect(Buffer.from(whole.content, "base64").length).to.equal(exact.length);

    const tooLarge = await commitByGit("docs/too-large.bin", Buffer.alloc(100 * 1024 * 1024 + 1));
    expect(tooLarge).to.match(/^[0-9a-f]{40}$/);
    const refused = await world.ask("GET", `${contents}/docs/too-large.bin`, { headers });
    expect([refused.status, refused.json.errors[0]?.code]).to.deep.equal([403, "too_large"]);
  });

  /** A commit that did not come through the API. */
  async function commitByGit(path: string, content: Buffer): Promise<string> {
    const repository = new Repository(world.directory, "example-org", "kubernetes-manifests");
    const parent = (await repository.commit("main")) ?? "";
    const person = { name: "Platform team", email: "platform@example.org" };
    const blob = await repository.write(content);
    const commit = await repository.commitFile({
      parent,
      path,
      blob,
      message: "Push",
      author: person,
      committer: person,
    });
    await repository.moveRef("refs/heads/main", parent, commit);
    return commit;
  }
});
