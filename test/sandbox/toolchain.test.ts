import { execa } from "execa";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../../sandbox/toolchain/cache";
import { findCommand } from "../../sandbox/toolchain/commands";
import { requireLinux } from "../../sandbox/toolchain/platform";
import { isAtLeast } from "../../sandbox/toolchain/version";
import { checkout } from "../../sandbox/folder";

let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "sandbox-toolchain-"));
});

after(() => rm(root, { recursive: true, force: true }));

describe("versions", () => {
  for (const [version, least, expected] of [
    ["v3.259.0", "3.248.0", true],
    ["3.248.0", "3.248.0", true],
    ["v3.247.9", "3.248.0", false],
    ["v3.1000.0", "3.248.0", true],
    ["4.0.0-alpha.1", "3.248.0", true],
    ["3.11.7", "3.11", true],
    ["3.9.18", "3.11", false],
    ["", "3.248.0", false],
    ["unknown", "3.248.0", false],
  ] as const)
    it(`"${version}" is ${expected ? "" : "not "}at least ${least}`, () => {
      expect(isAtLeast(version, least)).to.equal(expected);
    });
});

describe("a machine for the sandbox", () => {
  it("is Linux on x86-64", () => {
    expect(() => {
      requireLinux({ platform: "linux", arch: "x64" });
    }).not.to.throw();
    expect(() => {
      requireLinux({ platform: "darwin", arch: "arm64" });
    }).to.throw("The sandbox runs on Linux x86-64 only; this is darwin arm64.");
  });
});

describe("the user's cache", () => {
  it("makes a folder once for all who want it at the same time", async () => {
    let made = 0;
    const make = async (folder: string) => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 200));
      await writeFile(join(folder, "tool"), "text");
    };
    const folders = await Promise.all([1, 2].map(() => cached("tool-1", make, root)));
    expect(made).to.equal(1);
    for (const folder of folders) expect(await readFile(join(folder, "tool"), "utf8")).to.equal("text");
  });

  it("keeps nothing of a folder that could not be made, and tries again next time", async () => {
    const cache = await mkdtemp(join(root, "cache-"));
    const failed = await cached(
      "tool-2",
      async (folder) => {
        await writeFile(join(folder, "half"), "");
        throw new Error("no space");
      },
      cache,
    ).catch((error: unknown) => (error as Error).message);
    expect(failed).to.equal("no space");
    expect(await readdir(cache)).to.deep.equal([]);
    await cached("tool-2", (folder) => writeFile(join(folder, "whole"), ""), cache);
    expect(await readdir(join(cache, "tool-2"))).to.deep.equal(["whole"]);
  });
});

describe("commands on PATH", () => {
  it("are not looked for in a sandbox, whose pulumi leads back to itself", async () => {
    const sandbox = await mkdtemp(join(root, "sandbox-"));
    const bin = await commands(sandbox, { pulumi: "" });
    expect(await findCommand("pulumi", { PATH: bin })).to.equal(join(bin, "pulumi"));
    await writeFile(join(sandbox, "sandbox.json"), "{}");
    expect(await findCommand("pulumi", { PATH: bin })).to.equal(undefined);
  });
});

describe("a machine without what the sandbox needs", function () {
  this.timeout(240_000);

  /** What `sandbox start` says where just these commands are on PATH and the cache is empty. */
  async function start(found: Record<string, string>): Promise<string> {
    const home = await mkdtemp(join(root, "machine-"));
    const { exitCode, stderr } = await execa(
      process.execPath,
      [join(checkout, "sandbox", "start.mjs"), "cli", "start", "--directory", join(home, "sandbox")],
      {
        env: { PATH: await commands(home, found), HOME: home, XDG_CACHE_HOME: join(home, "cache") },
        extendEnv: false,
        reject: false,
      },
    );
    expect(exitCode).to.equal(1);
    return stderr;
  }

  it("names both ways to get an engine, and those to get a control plane", async () => {
    const said = await start({});
    expect(said).to.contain("There is no Go to build kube-apiserver").and.contain("set KUBEBUILDER_ASSETS");
    expect(said).to.contain("There is no pulumi on PATH, and there is no Go to build it with.");
    expect(said).to.contain("install Pulumi 3.248.0 or newer").and.contain("install Go 1.25.11 or newer");
    expect(said).not.to.contain("    at ");
  });

  it("names the Pulumi that is too old", async () => {
    expect(await start({ pulumi: "echo v3.200.0" })).to.match(
      /bin\/pulumi is version v3\.200\.0, and there is no Go/,
    );
  });

  it("asks for Python", async () => {
    expect(await start({ pulumi: "echo v3.260.0" })).to.contain(
      "There is no python3 on PATH. Install Python 3.11",
    );
  });

  it("names the Python that is too old", async () => {
    const said = await start({ pulumi: "echo v3.260.0", python3: "echo 3.9.2" });
    expect(said).to.match(/bin\/python3 is Python 3\.9\.2\. Install Python 3\.11/);
  });
});

/** A folder with shell scripts of these names. */
async function commands(parent: string, scripts: Record<string, string>): Promise<string> {
  const folder = join(parent, "bin");
  await mkdir(folder);
  for (const [name, line] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}
