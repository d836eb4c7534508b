import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { firstColumn, page, section } from "../docs/markdown";
import { lockedPackages, nameAt, npmFolders, packageJson, textOf } from "./lockfiles";

const modules = resolve(__dirname, "..", "..");
/** What npm runs when it installs a package, or the repository itself. */
const installScripts = [
  "preinstall",
  "install",
  "postinstall",
  "prepare",
  "prepublish",
  "preprepare",
  "postprepare",
];

/** Whether an installed package has something that npm would run. */
function hasInstallScript(path: string): boolean {
  const folder = join(modules, path);
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    scripts?: Record<string, string>;
  };
  // Of a dependency, npm runs these three, and node-gyp where there is its file.
  return (
    ["preinstall", "install", "postinstall"].some((name) => name in scripts) ||
    existsSync(join(folder, "binding.gyp"))
  );
}

describe("scripts that packages would run at their installation", () => {
  const flagged = lockedPackages(".").filter(([, { hasInstallScript }]) => hasInstallScript);

  it("are each explained in docs/dependencies.md: what it would do, and who needs it not", () => {
    const explained = firstColumn(section(page("docs/dependencies.md"), "Installation scripts"));
    expect(explained.sort()).to.deep.equal([...new Set(flagged.map(([path]) => nameAt(path)))].sort());
  });

  it("are those that the lockfile knows of, and no others", () => {
    const installed = lockedPackages(".").filter(([path]) => existsSync(join(modules, path, "package.json")));
    expect(installed).to.have.length.above(300);
    const found = installed.filter(([path]) => hasInstallScript(path)).map(([path]) => path);
    expect(found).to.deep.equal(flagged.map(([path]) => path));
  });

  it("are in no other lockfile", () => {
    for (const folder of npmFolders.slice(1)) {
      for (const [path, locked] of lockedPackages(folder))
        expect(locked.hasInstallScript, path).to.equal(undefined);
    }
  });

  it("are none of the repository's own", () => {
    for (const folder of npmFolders) {
      expect(Object.keys(packageJson(folder).scripts ?? {})).to.not.include.any.members(installScripts);
    }
  });

  it("do not run where the sandbox installs kubectl and its Python packages", () => {
    expect(textOf("sandbox/toolchain/kubectl.ts")).to.include('"--ignore-scripts"');
    // A Python package without a wheel runs its setup script.
    expect(textOf("sandbox/toolchain/python.ts")).to.include('"--only-binary=:all:"');
  });
});
