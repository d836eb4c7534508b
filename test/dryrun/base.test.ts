import { expect } from "chai";
import { describe, it } from "mocha";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CouldNotCheck } from "../../dryrun/couldNotCheck";
import { baseFolder } from "../../dryrun/render/base";

describe("the base of a pull request", () => {
  async function withRepository(
    test: (repository: string, temporary: string) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "base-"));
    const [repository, temporary] = [join(folder, "repository"), join(folder, "temporary")];
    mkdirSync(repository);
    mkdirSync(temporary);
    const git = (...args: string[]) =>
      execFileSync(
        "git",
        ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
        {
          stdio: "pipe",
        },
      );
    const commit = (text: string) => {
      writeFileSync(join(repository, "file"), text);
      git("add", "file");
      git("commit", "--quiet", "--message", text);
    };
    try {
      git("init", "--quiet", "--initial-branch=main");
      commit("fork");
      git("switch", "--quiet", "--create", "change");
      commit("change");
      git("switch", "--quiet", "main");
      commit("later on main");
      git("switch", "--quiet", "change");
      await test(repository, temporary);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("is what both sides have in common, where it is a git reference", () =>
    withRepository(async (repository, temporary) => {
      const folder = await baseFolder(repository, "main", temporary);
      expect(readFileSync(join(folder, "file"), "utf8")).to.equal("fork");
    }));

  it("is a folder where there is one of that name", () =>
    withRepository(async (repository, temporary) => {
      expect(await baseFolder(repository, temporary, temporary)).to.equal(temporary);
    }));

  for (const base of ["no-such-branch", "--all"]) {
    it(`is neither with ${base}`, () =>
      withRepository(async (repository, temporary) => {
        const error = await baseFolder(repository, base, temporary).catch((reason: unknown) => reason);
        expect(error).to.be.an.instanceOf(CouldNotCheck);
      }));
  }
});
