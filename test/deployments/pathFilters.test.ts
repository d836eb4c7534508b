import { expect } from "chai";
import { buildSync } from "esbuild";
import { describe, it } from "mocha";
import { join } from "node:path";
import picomatch from "picomatch";
import { pathFilters } from "../../deployments/pathFilters";
import { environments, hasRunner, homeEnvironment, type Environment } from "../../stacks/environments";

const stacks = environments.filter(hasRunner);
const regions = stacks.filter(({ name }) => name !== homeEnvironment);

/** Which stacks a push starts, by Pulumi's rule: some file matches an include and no exclude. */
function started(...changed: string[]): string[] {
  return stacks
    .filter((environment) => {
      const filters = pathFilters(environment, environments);
      const matches = (file: string, excluding: boolean) =>
        filters
          .filter((filter) => filter.startsWith("!") === excluding)
          .some((filter) => picomatch.isMatch(file, filter.replace(/^!/, ""), { dot: true }));
      return changed.some((file) => matches(file, false) && !matches(file, true));
    })
    .map(({ name }) => name);
}

describe("which stacks a merge updates", () => {
  for (const { name } of stacks) {
    it(`the file of ${name} updates ${name} alone`, () => {
      expect(started(`Pulumi.${name}.yaml`)).to.deep.equal([name]);
    });
  }

  it("shared code updates every region, whose updates start the home stack after them", () => {
    const names = regions.map(({ name }) => name);
    for (const file of ["index.ts", "components/runnerNetwork.ts", "stacks/environments.ts", "Pulumi.yaml"])
      expect(started(file), file).to.deep.equal(names);
  });

  it("updates nothing for documents, tests, the sandbox and this project", () => {
    const others = [
      "README.md",
      "docs/security.md",
      "test/stacks/home.test.ts",
      "sandbox/world.ts",
      "deployments/index.ts",
      "policy/index.ts",
      ".github/workflows/preview.yml",
      "k8s/Pulumi.yaml",
    ];
    expect(started(...others)).to.deep.equal([]);
  });

  it("lets shared code start the home stack itself where there is no other region", () => {
    const alone: Environment[] = environments.filter(({ name }) => name === homeEnvironment);
    const filters = pathFilters(alone[0]!, alone);
    expect(filters).to.include.members(["index.ts", "components/**", `Pulumi.${homeEnvironment}.yaml`]);
  });

  it("starts some stack for every file that the program reads", () => {
    const { metafile } = buildSync({
      absWorkingDir: join(__dirname, "..", ".."),
      entryPoints: [
        "index.ts",
        // Read as files at program run, and bundled into what is committed.
        "dryrun/main.ts",
        "committed/comment/main.ts",
        "committed/watch/main.ts",
      ],
      outdir: "nowhere",
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      packages: "external",
      logLevel: "silent",
      loader: { ".json": "json" },
    });
    const files = Object.keys(metafile.inputs);
    expect(files).to.include.members(["index.ts", "stacks/environments.ts", "dryrun/main.ts"]);
    for (const file of files) expect(started(file), file).to.not.deep.equal([]);
  });
});
