import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { runGit } from "../../../sandbox/github/gitCommand";
import { checkout } from "../../../sandbox/folder";

describe("a git command of the sandbox's GitHub", () => {
  let directory: string;
  const env = { PATH: process.env.PATH };
  const git = (args: string[], input?: string | Buffer) =>
    runGit({ args: ["--git-dir", directory, ...args], env, input });

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "git-command-"));
    await git(["init", "--quiet", "--bare", directory]);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it("gets its input to the last byte, and many at once get each its own answer", async () => {
    const inputs = Array.from({ length: 20 }, (_, index) => Buffer.alloc(index * 40_000, index));
    const written = await Promise.all(inputs.map((input) => git(["hash-object", "-w", "--stdin"], input)));
    const sizes = await Promise.all(written.map(({ output }) => git(["cat-file", "-s", output.trim()])));
    expect(sizes.map(({ output }) => Number(output))).to.deep.equal(inputs.map(({ length }) => length));
  });

  it("has no other environment than it is given", async () => {
    const { output } = await runGit({
      args: ["-c", "alias.say=!env", "say"],
      env: { ...env, WORD: "given" },
    });
    expect(output).to.include("WORD=given").and.not.include("HOME=").and.not.include("NODE_");
  });

  it("that fails says how and why", async () => {
    const { exitCode, output, errors } = await git(["cat-file", "blob", "nothing"]);
    expect({ exitCode, output }).to.deep.equal({ exitCode: 128, output: "" });
    expect(errors).to.include("Not a valid object name nothing");
    expect(await runGit({ args: ["version"], env: { PATH: "/nonexistent" } })).to.include({ exitCode: 127 });
  });

  it("that reads nothing of a long input ends like any other", async () => {
    expect((await git(["version"], Buffer.alloc(1_000_000))).exitCode).to.equal(0);
  });

  it("fails where the process that starts it is killed, and the next one has another", async () => {
    const slow = runGit({ args: ["-c", "alias.wait=!sleep 20", "wait"], env }).catch(String);
    await execa("pkill", ["-KILL", "-P", String(process.pid), "-f", "gitStarter"]);
    expect(await slow).to.include("The process that starts git for the sandbox has ended.");
    expect((await git(["version"])).exitCode).to.equal(0);
  });

  it("keeps no process that has the outcomes that it wants", async () => {
    const program = `const { runGit } = require("./sandbox/github/gitCommand.ts");
      runGit({ args: ["version"], env: process.env }).then(({ output }) => console.log(output));`;
    const args = ["--require", "ts-node/register/transpile-only", "--eval", program];
    const { stdout } = await execa(process.execPath, args, { cwd: checkout, timeout: 50_000 });
    expect(stdout).to.include("git version");
  });
});
