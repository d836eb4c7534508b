import { execa } from "execa";
import { expect } from "chai";
import { after, before, beforeEach, describe, it } from "mocha";
import { mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaveOutAutomaticLog } from "../../sandbox/engine/automaticLog";
import { installEngine } from "../../sandbox/engine/install";
import { shareSalt, stackNames, updateCopies, type Project } from "../../sandbox/engine/project";
import { childEnvironment } from "../../sandbox/environment";
import { checkout, SandboxFolder } from "../../sandbox/folder";
import { ensurePulumi } from "../../sandbox/toolchain/pulumi";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain";

const program = {
  "Pulumi.yaml": "# a small program\nname: small\nruntime: nodejs\n",
  "Pulumi.dev.yaml": "# development\nconfig:\n  small:who: world\n",
  "package.json": "{}",
  "tsconfig.json": '{ "compilerOptions": { "module": "nodenext", "rootDir": "." } }',
  "index.ts": `import { Config } from "@pulumi/pulumi";
const who: string = new Config().require("who");
export const greeting = \`hello \${who}\`;
`,
};

let root: string;
let home: string;

before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "sandbox-engine-")));
  home = join(root, "program");
  await mkdir(home);
  await symlink(join(checkout, "node_modules"), join(home, "node_modules"));
});

beforeEach(writeProgram);

async function writeProgram(): Promise<void> {
  await Promise.all(Object.entries(program).map(([name, text]) => writeFile(join(home, name), text)));
}

after(() => rm(root, { recursive: true, force: true }));

describe("the copies of the Pulumi files", () => {
  let project: Project;
  let warnings: string[];
  const update = () => updateCopies(project, (line) => warnings.push(line));
  const copy = (name: string) => readFile(join(project.folder, name), "utf8");
  const change = (folder: string, text: string) => writeFile(join(folder, "Pulumi.dev.yaml"), text);

  beforeEach(async () => {
    warnings = [];
    const folder = await mkdtemp(join(root, "copies-"));
    project = { checkout: home, folder, originals: join(folder, ".originals") };
    await update();
  });

  it("lead back to the program of the checkout", async () => {
    expect(await copy("Pulumi.yaml"))
      .to.contain("# a small program")
      .and.contain("main: ../program");
    expect(await copy("Pulumi.dev.yaml")).to.equal(program["Pulumi.dev.yaml"]);
    expect(await stackNames(project.folder)).to.deep.equal(["dev"]);
  });

  it("keep what was set in the sandbox while the checkout does not change", async () => {
    await change(project.folder, "config:\n  small:who: sandbox\n");
    await update();
    expect(await copy("Pulumi.dev.yaml")).to.contain("who: sandbox");
    expect(warnings).to.deep.equal([]);
  });

  it("follow the checkout and keep the salt that the stack was initialised with", async () => {
    await change(project.folder, `encryptionsalt: v1:abc=:v1:def:ghi=\n${program["Pulumi.dev.yaml"]}`);
    await change(home, "config:\n  small:who: checkout # why\n");
    await update();
    expect(await copy("Pulumi.dev.yaml"))
      .to.contain("encryptionsalt: v1:abc=:v1:def:ghi=")
      .and.contain("checkout # why");
    expect(warnings).to.deep.equal([]);
  });

  it("give way to the checkout where both changed, and say so in one line", async () => {
    await change(project.folder, "encryptionsalt: v1:abc=\nconfig:\n  small:who: sandbox\n");
    await change(home, "config:\n  small:who: checkout\n");
    await update();
    expect(await copy("Pulumi.dev.yaml"))
      .to.contain("who: checkout")
      .and.contain("v1:abc=");
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain("Pulumi.dev.yaml changed in the checkout and in the sandbox");
  });

  it("come and go with the checkout's files, but a stack of the sandbox alone stays", async () => {
    await writeFile(join(home, "Pulumi.new.yaml"), "config: {}\n");
    await writeFile(join(project.folder, "Pulumi.mine.yaml"), "config: {}\n");
    await update();
    expect(await stackNames(project.folder)).to.deep.equal(["dev", "mine", "new"]);
    await rm(join(home, "Pulumi.new.yaml"));
    await update();
    expect(await stackNames(project.folder)).to.deep.equal(["dev", "mine"]);
  });

  it("share one salt, but for a stack that has its own", async () => {
    const salt = "encryptionsalt: v1:abc=:v1:def:ghi=";
    const write = (stack: string, text: string) =>
      writeFile(join(project.folder, `Pulumi.${stack}.yaml`), text);
    await change(project.folder, `${salt}\n${program["Pulumi.dev.yaml"]}`);
    await write("without", "config: {} # why\n");
    await write("own", "encryptionsalt: v1:own=\n");
    await shareSalt(project, "dev", ["without", "own"]);
    expect(await copy("Pulumi.without.yaml"))
      .to.contain(salt)
      .and.contain("# why");
    expect(await copy("Pulumi.own.yaml")).to.equal("encryptionsalt: v1:own=\n");
  });

  it("are whole however many commands bring them up to date at once", async () => {
    await change(home, "config:\n  small:who: everybody\n");
    await Promise.all(Array.from({ length: 8 }, update));
    expect(await copy("Pulumi.dev.yaml")).to.equal("config:\n  small:who: everybody\n");
  });
});

describe("the engine", function () {
  // The first start on a machine builds the engine, which takes minutes.
  this.timeout(900_000);
  let folder: SandboxFolder;
  const pulumi = (args: string[], cwd = home, env: NodeJS.ProcessEnv = {}) =>
    execa("pulumi", args, {
      cwd,
      env: { ...childEnvironment(folder, { ports: { aws: 1, github: 1, pulumiCloud: 1 } }), ...env },
      extendEnv: false,
      reject: false,
      all: true,
    });

  before(async () => {
    folder = new SandboxFolder(join(root, "sandbox"));
    const project = { ...folder.project(), checkout: home };
    await mkdir(folder.pulumiState(), { recursive: true });
    const toolchain = await ensureToolchain(() => undefined);
    await installEngine({ bin: folder.bin(), engine: folder.engine(), project }, toolchain);
    await writeProgram();
    const { exitCode, all } = await pulumi(["stack", "init", "dev"]);
    expect(exitCode, all).to.equal(0);
  });

  it("runs a TypeScript program", async () => {
    const { exitCode, all } = await pulumi(["up", "--yes", "--skip-preview", "-s", "dev"]);
    expect(exitCode, all).to.equal(0);
    expect((await pulumi(["stack", "output", "greeting", "-s", "dev"])).stdout).to.equal("hello world");
  });

  it("writes no log of its own where the sandbox leaves that out, and says nothing of it", async () => {
    const logs = join(folder.pulumiHome(), "logs");
    expect((await stat(logs)).isDirectory(), "by itself the engine does").to.equal(true);
    leaveOutAutomaticLog(folder.pulumiHome());
    const { exitCode, all } = await pulumi(["preview", "-s", "dev"]);
    expect(exitCode, all).to.equal(0);
    expect(all).to.not.match(/\blog/i);
    expect(await readFile(logs, "utf8")).to.equal("");
  });

  it("works on the copies, so that the checkout stays as it was", async () => {
    await execa("git", ["init", "--quiet"], { cwd: home });
    await execa("git", ["add", ...Object.keys(program)], { cwd: home });
    await pulumi(["config", "set", "who", "sandbox", "-s", "dev"]);
    const up = await pulumi(["up", "--yes", "--skip-preview", "-s", "dev"]);
    expect(up.exitCode, up.all).to.equal(0);
    expect((await pulumi(["stack", "output", "greeting", "-s", "dev"])).stdout).to.equal("hello sandbox");
    expect((await execa("git", ["diff", "--stat"], { cwd: home })).stdout).to.equal("");
  });

  it("works on the copies from a folder below the checkout, and from elsewhere with -C", async () => {
    await mkdir(join(home, "below"), { recursive: true });
    for (const [cwd, ...args] of [
      [join(home, "below")],
      [root, "-C", home],
      [root, "--cwd=program"],
      [root, "-Cprogram"],
    ] as [string, ...string[]][]) {
      const { stdout, all } = await pulumi([...args, "config", "get", "who", "-s", "dev"], cwd);
      expect(stdout, all).to.equal("sandbox");
    }
  });

  it("says of a cloud's store that it was built without it, and what to do", async function () {
    if (!(await ensurePulumi(() => undefined)).built) this.skip();
    for (const scheme of ["s3", "azblob"]) {
      const { all } = await pulumi(["stack", "ls"], home, { PULUMI_BACKEND_URL: `${scheme}://bucket` });
      expect(all).to.contain(`the sandbox's Pulumi knows no ${scheme}://: install Pulumi`);
    }
  });

  it("tells of an error in the program with its message and exit code", async () => {
    await writeFile(join(home, "index.ts"), 'throw new Error("the program says no");\n');
    const { exitCode, all } = await pulumi(["preview", "-s", "dev"]);
    expect(exitCode, all).to.be.greaterThan(0);
    expect(all).to.contain("the program says no");
  });

  it("does not take a program that was killed for one that has ended", async () => {
    await writeFile(join(home, "index.ts"), 'process.kill(process.pid, "SIGKILL");\n');
    const { exitCode, all } = await pulumi(["up", "--yes", "--skip-preview", "-s", "dev"]);
    expect(exitCode, all).to.be.greaterThan(0);
    expect((await pulumi(["stack", "output", "greeting", "-s", "dev"])).stdout).to.equal("hello sandbox");
  });

  it("leaves projects elsewhere alone", async () => {
    const other = join(home, "other");
    await mkdir(other, { recursive: true });
    await writeFile(join(other, "Pulumi.yaml"), "name: other\nruntime: nodejs\n");
    await writeFile(join(other, "index.ts"), "export const other = 1;\n");
    const { exitCode, all } = await pulumi(["stack", "init", "alone"], other);
    expect(exitCode, all).to.equal(0);
    expect(await readFile(join(other, "Pulumi.alone.yaml"), "utf8")).to.contain("encryptionsalt");
  });
});
