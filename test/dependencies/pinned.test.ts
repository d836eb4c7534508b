import { execa } from "execa";
import { expect } from "chai";
import { describe, it } from "mocha";
import {
  goFolders,
  goModules,
  lockedPackages,
  npmFolders,
  packageJson,
  pythonRequirements,
  textOf,
} from "./lockfiles";

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

for (const folder of npmFolders) {
  describe(`the npm packages of ${folder === "." ? "the repository" : folder}`, () => {
    const { dependencies, devDependencies, optionalDependencies } = packageJson(folder);
    const direct = { ...dependencies, ...devDependencies, ...optionalDependencies };

    it("are named with exact versions, the ones of the lockfile", () => {
      expect(Object.keys(direct)).to.have.length.above(0);
      const locked = new Map(lockedPackages(folder));
      for (const [name, version] of Object.entries(direct)) {
        expect(version, name).to.match(exact);
        expect(locked.get(`node_modules/${name}`)?.version, name).to.equal(version);
      }
    });

    it("are all in the lockfile with the hash of their content", () => {
      for (const [path, { version, integrity }] of lockedPackages(folder)) {
        expect(version, path).to.match(exact);
        expect(integrity, path).to.match(/^sha512-[A-Za-z0-9+/]{86}==$/);
      }
    });

    it("come from whatever registry a person has set: the lockfile names no address, repository or folder", () => {
      for (const [path, { resolved, link, dependencies = {} }] of lockedPackages(folder)) {
        expect(resolved, path).to.equal(undefined);
        expect(link, path).to.equal(undefined);
        for (const range of Object.values(dependencies)) {
          expect(range, path).to.match(/^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?[^:/]*$/);
        }
      }
    });
  });
}

describe("npm's settings for the repository", () => {
  const setting = async (name: string) => (await execa("npm", ["config", "get", name])).stdout;

  for (const [name, meaning] of [
    ["ignore-scripts", "run no script of a package"],
    ["save-exact", "name exact versions"],
    ["omit-lockfile-registry-resolved", "keep addresses out of the lockfile"],
  ] as const) {
    it(meaning, async () => {
      expect(await setting(name)).to.equal("true");
    });
  }
});

describe("the Python packages of the sandbox", () => {
  const locked = pythonRequirements("txt");

  it("are each pinned to a version and the hashes of its files", () => {
    expect(locked).to.have.length.above(20);
    for (const { version, hashes, line } of locked) {
      expect(version, line).to.match(/^\d+(?:\.\w+)*$/);
      expect(hashes, line).to.be.above(0);
      // Nothing but the version, a mark of the platform, and hashes: no address, no index.
      expect(line).to.match(/^[\w.-]+(?:\[[\w,]+\])?==\S+(?: *;[^-]*)?(?: +--hash=sha256:[0-9a-f]{64})+ *$/);
    }
  });

  it("have in their locks what is wanted", () => {
    const versions = new Map(locked.map(({ name, version }) => [name, version]));
    for (const { name, version, line } of pythonRequirements("in")) {
      expect(version, line).to.not.equal(undefined);
      expect(versions.get(name), name).to.equal(version);
    }
  });
});

for (const folder of goFolders) {
  describe(`the Go modules of ${folder}`, () => {
    it("each have their hash in go.sum", () => {
      const sums = new Set(
        textOf(`${folder}/go.sum`)
          .split("\n")
          .map((line) => line.replace(/ h1:\S+=$/, "")),
      );
      const modules = goModules(folder);
      expect(modules).to.have.length.above(5);
      for (const { path, version } of modules) expect([...sums]).to.include(`${path} ${version}/go.mod`);
    });

    it("are replaced by nothing but published versions, and stand-ins that lie beside them", () => {
      const replacements = textOf(`${folder}/go.mod`).match(/^.*=>.*$/gm) ?? [];
      for (const line of replacements)
        expect(line).to.match(/=> (?:[\w.-]+\.\w+\/\S+ v\d+\.\d+\.\d+\S*|\.\/\w+)$/);
    });
  });
}
