import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { Repository } from "../../../sandbox/github/repository";
import { checkout } from "../../../sandbox/folder";

const person = { name: "somebody", email: "somebody@example.org" };

describe("objects of a repository of the sandbox's GitHub", () => {
  let directory: string;
  let repository: Repository;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "git-objects-"));
    repository = new Repository(directory, "example-org", "manifests");
    await repository.init("main");
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const git = async (args: string[], input = "") => {
    const { stdout } = await execa("git", ["--git-dir", repository.path, ...args], { input });
    return stdout;
  };
  const commit = async (tree: string) =>
    repository.commitTree(tree, [], { message: "Something", author: person, committer: person });

  it("are found and read, many at once, each with its own answer", async () => {
    const contents = Array.from({ length: 60 }, (_, index) => randomBytes(index * 5_000));
    const shas = await Promise.all(contents.map((content) => repository.write(content)));
    const found = await Promise.all(shas.map((sha) => repository.find(sha)));
    const read = await Promise.all(shas.map((sha) => repository.read(sha)));
    expect(found.map((object) => object?.size)).to.deep.equal(contents.map(({ length }) => length));
    expect(read.every((content, index) => content.equals(contents[index] ?? Buffer.alloc(1)))).to.equal(true);
  });

  it("are none where nothing is called so, whatever is asked for", async () => {
    const asked = ["refs/heads/nothing", "", "-x", "a\nb", "0".repeat(40), "main^{commit}", "HEAD:a/b c"];
    expect(await Promise.all(asked.map((revision) => repository.find(revision)))).to.deep.equal(
      asked.map(() => undefined),
    );
    const failed = await repository.read("0".repeat(40)).catch(String);
    expect(failed).to.include("There is no object 000");
  });

  it("are seen as soon as others have written them, packed or not", async () => {
    expect(await repository.object("refs/heads/later")).to.equal(undefined);
    const sha = await commit(await git(["mktree"]));
    await git(["update-ref", "refs/heads/later", sha]);
    expect(await repository.object("refs/heads/later")).to.equal(sha);
    await git(["gc", "--quiet", "--prune=now"]);
    expect(await repository.object("later^{commit}")).to.equal(sha);
    const next = await commit(
      await git(["mktree"], `100644 blob ${await repository.write(Buffer.from("a"))}\ta\n`),
    );
    await git(["update-ref", "refs/heads/later", next]);
    await git(["pack-refs", "--all"]);
    expect(await repository.object("later")).to.equal(next);
    await git(["update-ref", "-d", "refs/heads/later"]);
    expect(await repository.object("later")).to.equal(undefined);
  });

  it("are found by their paths as git ls-tree lists them", async () => {
    const blob = await repository.write(Buffer.from("text"));
    const files = [
      "a",
      "a b/c d.yaml",
      "日本/本番.yaml",
      "quote\"s/it's",
      "deep/er/and/deeper",
      "line\nbreak/x",
    ];
    const index = files.map((path) => `100644 ${blob}\t${path}\0`).join("");
    const env = { GIT_INDEX_FILE: join(directory, "index") };
    const others = `120000 ${blob}\tlink\0` + `100755 ${blob}\trun\0` + `160000 ${"1".repeat(40)}\tmodule\0`;
    await repository.git(["update-index", "-z", "--index-info"], { env, input: index + others });
    const sha = await commit(await repository.git(["write-tree"], { env }));
    const listed = await repository.list(sha, true);
    expect(listed.map(({ path }) => path)).to.include.members([...files, "link", "run", "module", "deep/er"]);
    for (const entry of listed) expect(await repository.entry(sha, entry.path)).to.deep.equal(entry);
    for (const path of ["", "b", "a/b", "deep/er/", "deep//er", "link/x", "module/x", "deep/er/and/deepe"])
      expect(await repository.entry(sha, path), path).to.equal(undefined);
    expect(await repository.entry("1".repeat(40), "a")).to.equal(undefined);
  });

  it("of a repository that took over another's name are its own", async () => {
    const old = await repository.write(Buffer.from("of the old one"));
    expect((await repository.find(old))?.size).to.equal(14);
    const renamed = repository.rename(directory, "elsewhere");
    const other = new Repository(directory, "example-org", "manifests");
    await other.init("main");
    expect(await other.find(old)).to.equal(undefined);
    expect((await renamed.find(old))?.size).to.equal(14);
  });

  it("are found again after the git that was asked for them has been killed", async () => {
    const own = new Repository(directory, "example-org", "killed");
    await own.init("main");
    const sha = await own.write(Buffer.from("there"));
    expect((await own.find(sha))?.size).to.equal(5);
    await execa("pkill", ["-KILL", "-f", `${own.path} cat-file`]);
    await setTimeout(200);
    const sizes = await Promise.all([own.find(sha), own.find(sha)]);
    expect(sizes.map((found) => found?.size)).to.deep.equal([5, 5]);
  });

  it("do not keep a process that has asked for all that it wants", async () => {
    const program = `const { Repository } = require("./sandbox/github/repository.ts");
      new Repository(${JSON.stringify(directory)}, "example-org", "elsewhere").find("HEAD").then(() => console.log("asked"));`;
    const hook = "ts-node/register/transpile-only";
    const { stdout } = await execa(process.execPath, ["--require", hook, "--eval", program], {
      cwd: checkout,
      timeout: 50_000,
    });
    expect(stdout).to.equal("asked");
  });
});
