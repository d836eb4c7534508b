import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { CouldNotCheck } from "../../dryrun/couldNotCheck";
import { findKubectl, knownKubectl, knownKubectls, parseKubectlVersion } from "../../dryrun/kubectl/find";

const text = "a kubectl of 1.36";
const sha256 = createHash("sha256").update(text).digest("hex");
const own = { version: "v1.36.1", sha256 };

describe("the kubectl for a cluster", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(content: string, ...path: string[]): string {
    const file = join(folder, ...path, "kubectl");
    mkdirSync(join(folder, ...path), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  const find = (environment: NodeJS.ProcessEnv) => findKubectl(own, environment, folder);
  const refusalOf = (search: Promise<string>) =>
    search.then(
      () => "found",
      (error: unknown) => (error instanceof CouldNotCheck ? error.message : "another error"),
    );

  it("is the one of the table for its minor, unless the options name another", () => {
    const [first] = knownKubectls;
    expect(knownKubectl(31)).to.equal(first);
    const other = { version: "v1.31.99", sha256 };
    expect(knownKubectl(31, [own, other])).to.equal(other);
    expect(knownKubectl(36, [own])).to.equal(own);
  });

  it("is named in the error, with the way to add one, where there is none for its minor", () => {
    expect(() => knownKubectl(36)).to.throw(
      CouldNotCheck,
      /no checksum for a kubectl 1\.36: .*kubectl-version; kubectlVersions in the settings.*Known are v1\.31\./,
    );
  });

  it("is read with its checksum, which is never left out", () => {
    expect(parseKubectlVersion(`v1.36.1=${sha256}`)).to.deep.equal(own);
    for (const wrong of [
      "v1.36.1",
      `1.36.1=${sha256}`,
      `v1.36=${sha256}`,
      "v1.36.1=abc",
      `v1.36.1=${sha256}0`,
    ]) {
      expect(parseKubectlVersion(wrong), wrong).to.equal(undefined);
    }
  });

  it("is taken from the runner's tool cache, or from the PATH", async () => {
    const cached = write(text, "tools", "kubectl", "1.36.1", "x64");
    const onPath = write(text, "bin");
    const [tools, PATH] = [join(folder, "tools"), join(folder, "bin")];
    expect(await find({ RUNNER_TOOL_CACHE: tools, PATH })).to.equal(cached);
    expect(await find({ RUNNER_TOOL_CACHE: join(folder, "empty"), PATH })).to.equal(onPath);
  });

  it("is refused by its path where the tool cache has another under its name", async () => {
    const cached = write("something else", "tools", "kubectl", "1.36.1", "x64");
    const refusal = await refusalOf(find({ RUNNER_TOOL_CACHE: join(folder, "tools"), PATH: "" }));
    expect(refusal).to.include(cached).and.to.include(`must have ${sha256}: it is not run`);
  });
});
