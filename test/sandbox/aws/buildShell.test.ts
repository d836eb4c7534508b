import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { BuildShell } from "../../../sandbox/aws/codebuild/buildShell";

const sleep = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the shell of a build", () => {
  let folder: string;
  let machine: AbortController;
  const said: string[] = [];
  let shell: BuildShell;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "build-shell-"));
    machine = new AbortController();
    said.length = 0;
    shell = new BuildShell({
      ...{ shell: "bash", cwd: folder, scripts: folder, env: { PATH: process.env.PATH ?? "" } },
      line: (text) => said.push(text),
      signal: machine.signal,
    });
  });
  afterEach(async () => {
    machine.abort();
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps variables and the working folder from command to command", async () => {
    expect(await shell.run("WORD=kept; cd /")).to.equal(0);
    expect(await shell.run('echo "$WORD in $PWD"; (exit 3)')).to.equal(3);
    while (said.length === 0) await sleep();
    expect(said).to.deep.equal(["kept in /"]);
  });

  it("ends a command whose machine goes away", async () => {
    const run = shell.run("echo going; sleep 600");
    while (said.length === 0) await sleep();
    machine.abort();
    expect(await run).to.equal(1);
  });

  it("starts nothing where the machine goes away just before", async () => {
    const run = shell.run("echo started; sleep 600");
    machine.abort();
    expect(await run).to.equal(1);
    expect(said).to.deep.equal([]);
  });
});
