import { expect } from "chai";
import { describe, it } from "mocha";
import picomatch from "picomatch";
import { filterPaths, manifestFolders } from "../../committed/filters";
import { environments, staging } from "./sampleEnvironments";

/** The environments that a changed file touches, found as dorny/paths-filter does (its src/filter.ts). */
function touchedBy(file: string): string[] {
  return environments
    .filter((environment) => filterPaths(environment).some((path) => picomatch(path, { dot: true })(file)))
    .map(({ name }) => name);
}

const all = environments.map(({ name }) => name);

describe("a changed file touches", () => {
  const files: [file: string, touched: string[]][] = [
    ["k8s/base/deployment.yaml", all],
    ["k8s/base/components/deep/down/job.yaml", all],
    ["k8s/base/.env", all],
    ["k8s/base/.config/settings.properties", all],
    ["k8s/ja-production/kustomization.yaml", ["ja-production"]],
    ["k8s/kr-production/patches/replicas.yaml", ["kr-production"]],
    ["k8s/in-production/.env", ["in-production"]],
    ["k8s/staging/kustomization.yaml", ["staging"]],
    [".github/workflows/k8s-dryrun.yml", all],
    [".github/actions/k8s_dryrun/action.yml", all],
    [".github/actions/k8s_dryrun/main.cjs", all],
    [".github/actions/k8s_dryrun_watch/main.cjs", all],
    [".github/actions/k8s_dryrun_comment/action.yml", all],
    [".github/workflows/other.yml", []],
    [".github/actions/other/action.yml", []],
    ["k8s/README.md", []],
    ["k8s/ja-production-old/kustomization.yaml", []],
    ["k8s/base.yaml", []],
    ["docs/k8s/base/deployment.yaml", []],
    ["README.md", []],
  ];
  for (const [file, touched] of files) {
    it(`${touched.join(", ") || "nothing"}: ${file}`, () => {
      expect(touchedBy(file)).to.deep.equal(touched);
    });
  }
});

describe("the folders that are checked out", () => {
  it("are those of the paths, each once, and the overlay", () => {
    const paths = [
      "k8s/base/**",
      "k8s/staging/**",
      "shared/labels.yaml",
      "lib/*/common/**",
      "k8s/base/*.yaml",
    ];
    expect(manifestFolders({ ...staging, paths })).to.deep.equal([
      "k8s/base",
      "k8s/staging",
      "lib",
      "shared",
    ]);
    expect(manifestFolders({ ...staging, paths: ["k8s/base/**"] })).to.deep.equal([
      "k8s/base",
      "k8s/staging",
    ]);
  });
});
