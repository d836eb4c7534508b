import { execa } from "execa";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { access, mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackNames } from "../../sandbox/engine/project";
import { shellLines } from "../../sandbox/environment";
import { checkout, SandboxFolder, type SandboxState } from "../../sandbox/folder";
import { endProcesses, processesOf } from "../../sandbox/processes";

describe("the shell lines of a sandbox", () => {
  const state = { ports: { aws: 4001, github: 4002, pulumiCloud: 4003 } };
  const evaluate = async (folder: SandboxFolder, env: Record<string, string>, show: string) => {
    const lines = shellLines(folder, state, env).join("\n");
    const { stdout } = await execa("/bin/sh", ["-c", `eval "$1"; ${show}`, "sh", lines], {
      env,
      extendEnv: false,
    });
    return stdout;
  };

  it("hold whatever the folder's name contains", async () => {
    const folder = new SandboxFolder(`/tmp/it's a "folder" $HOME`);
    expect(await evaluate(folder, {}, 'echo "$PULUMI_HOME"')).to.equal(folder.pulumiHome());
    expect(await evaluate(folder, {}, 'echo "$SANDBOX_TARGET_REPOSITORY"')).to.equal(
      folder.targetRepository(),
    );
  });

  it("put the sandbox's commands before those of the shell's own PATH", async () => {
    const folder = new SandboxFolder("/tmp/sandbox");
    expect(await evaluate(folder, { PATH: "/own/bin" }, 'echo "$PATH"')).to.equal(
      "/tmp/sandbox/bin:/own/bin",
    );
  });

  it("clear what leads to the real AWS, GitHub and Pulumi Cloud", async () => {
    const real = {
      AWS_PROFILE: "real",
      AWS_SESSION_TOKEN: "real",
      AWS_ENDPOINT_URL_CODEBUILD: "https://real",
      AWS_SECRET_ACCESS_KEY: "real",
      GITHUB_OWNER: "real",
      GITHUB_TOKEN: "real",
      PULUMI_ACCESS_TOKEN: "real",
      PULUMI_STACK: "real",
      PULUMI_BACKEND_URL: "real",
    };
    const folder = new SandboxFolder("/tmp/sandbox");
    const lines = await evaluate(folder, { ...real, PATH: process.env.PATH ?? "" }, "env");
    expect(lines).not.to.contain("real\n").and.not.to.contain("https://real");
    expect(lines).to.contain("AWS_ENDPOINT_URL=http://127.0.0.1:4001");
    expect(lines).to.contain("GITHUB_BASE_URL=http://127.0.0.1:4002/");
  });

  it("keep a proxy away from the sandbox's services", async () => {
    const env = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "internal" };
    const folder = new SandboxFolder("/tmp/sandbox");
    expect(await evaluate(folder, env, 'echo "$NO_PROXY $no_proxy"')).to.equal(
      "internal,127.0.0.1 internal,127.0.0.1",
    );
  });
});

describe("a sandbox", function () {
  // The first start on a machine builds the engine, which takes minutes.
  this.timeout(900_000);
  let folder: SandboxFolder;
  let clean: string;
  const sandbox = (command: string) =>
    execa("npm", ["run", "-s", "sandbox", "--", command, "--directory", folder.root], {
      cwd: checkout,
      reject: false,
      all: true,
    });
  const start = async (): Promise<SandboxState> => {
    const { exitCode, all } = await sandbox("start");
    expect(exitCode, all).to.equal(0);
    return folder.state() as SandboxState;
  };
  /** What a person's shell prints after `eval` of the environment. */
  const shell = async (line: string) => {
    const { stdout: lines } = await sandbox("env");
    const { stdout } = await execa("/bin/sh", ["-c", `eval "$1"; ${line}`, "sh", lines], { cwd: checkout });
    return stdout;
  };
  const gitStatus = async () =>
    (await execa("git", ["status", "--porcelain", "Pulumi*"], { cwd: checkout })).stdout;

  before(async () => {
    clean = await gitStatus();
    folder = new SandboxFolder(
      join(await realpath(await mkdtemp(join(tmpdir(), "sandbox-cli-"))), "sandbox"),
    );
    // Two people's commands at once start one sandbox.
    const both = await Promise.all([sandbox("start"), sandbox("start")]);
    for (const { exitCode, all } of both) expect(exitCode, all).to.equal(0);
  });

  after(async () => {
    await endProcesses(folder);
    await rm(join(folder.root, ".."), { recursive: true, force: true });
  });

  it("says that it runs", async () => {
    const { exitCode, stdout } = await sandbox("status");
    expect(exitCode).to.equal(0);
    expect(stdout).to.contain("is running").and.contain(String(folder.state()?.ports.aws));
  });

  it("is left alone by a second start", async () => {
    const { pid } = folder.state() as SandboxState;
    expect((await start()).pid).to.equal(pid);
  });

  it("has every stack of the checkout initialised, and leaves the checkout's files as they were", async () => {
    const stacks = JSON.parse(await shell("pulumi stack ls --json")) as { name: string }[];
    expect(stacks.map(({ name }) => name).sort()).to.deep.equal(await stackNames(checkout));
    expect(await gitStatus()).to.equal(clean);
  });

  it("lets the aws command and git work after eval, and prints nothing else than lines for it", async () => {
    expect(await shell("aws sts get-caller-identity --query Account --output text")).to.equal("123456789012");
    expect(await shell('git -C "$SANDBOX_TARGET_REPOSITORY" ls-tree --name-only main')).to.contain("k8s");
    const { stdout } = await sandbox("env");
    for (const line of stdout.split("\n"))
      expect(line).to.match(/^(export [A-Za-z_0-9]+=|unset [A-Za-z_0-9]+$)/);
  });

  it("ends every process at stop, and comes back with its ports and what was made in it", async () => {
    const { ports } = folder.state() as SandboxState;
    const name = "aws logs describe-log-groups --query 'logGroups[].logGroupName' --output text";
    await shell("aws logs create-log-group --log-group-name /kept");
    expect((await sandbox("stop")).exitCode).to.equal(0);
    expect(processesOf(folder)).to.deep.equal([]);
    expect((await sandbox("status")).exitCode).to.equal(1);
    expect((await sandbox("env")).exitCode).to.equal(1);
    expect((await start()).ports).to.deep.equal(ports);
    expect(await shell(name)).to.contain("/kept");
  });

  it("takes another port where its own is taken", async () => {
    const { ports } = folder.state() as SandboxState;
    await sandbox("stop");
    const other = createServer().listen(ports.github, "127.0.0.1");
    try {
      const now = (await start()).ports;
      expect(now.aws).to.equal(ports.aws);
      expect(now.github).not.to.equal(ports.github);
    } finally {
      other.close();
    }
  });

  it("starts again after its server was killed, and leaves none of its children behind", async () => {
    const { pid } = folder.state() as Required<SandboxState>;
    const before = processesOf(folder);
    process.kill(pid, "SIGKILL");
    expect((await sandbox("status")).exitCode).to.equal(1);
    expect((await start()).pid).not.to.equal(pid);
    expect(processesOf(folder).filter((now) => before.includes(now))).to.deep.equal([]);
  });

  it("is not taken to be running because another process got its server's id", async () => {
    await sandbox("stop");
    const state = folder.state() as SandboxState;
    folder.remember({ ...state, pid: process.pid });
    expect((await sandbox("status")).exitCode).to.equal(1);
    expect((await start()).pid).not.to.equal(process.pid);
  });

  it("is gone after reset", async () => {
    expect((await sandbox("reset")).exitCode).to.equal(0);
    expect(processesOf(folder)).to.deep.equal([]);
    const there = await access(folder.root).then(
      () => true,
      () => false,
    );
    expect(there).to.equal(false);
  });
});
