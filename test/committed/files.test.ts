import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { committedFiles, largestFileBytes } from "../../committed/files";
import { jobOf, parseWorkflow } from "./parsedWorkflow";
import { deployed, environments } from "./sampleEnvironments";

const files = committedFiles(environments);

function contentOf(path: string): string {
  return files.find((file) => file.path === path)?.content ?? "";
}

describe("the committed files", () => {
  it("are the guard, the action, its program, and last the workflow that uses them", () => {
    expect(files.map(({ path }) => path)).to.deep.equal([
      "k8s-dryrun-guard/guard.yaml",
      ".github/actions/k8s_dryrun/action.yml",
      ".github/actions/k8s_dryrun/main.cjs",
      ".github/workflows/k8s-dryrun.yml",
    ]);
  });

  it("are each far below what GitHub's contents API returns, and a larger one is refused by name", () => {
    for (const { path, content } of files)
      expect(Buffer.byteLength(content), path).to.be.below(largestFileBytes);
    const paths = Array.from({ length: 30_000 }, (_, index) => `k8s/component-${String(index)}/**`);
    expect(() => committedFiles([{ ...deployed("x", "x", "", "eu-north-1"), paths }])).to.throw(
      /^\.github\/workflows\/k8s-dryrun\.yml has \d+ bytes/,
    );
  });

  it("are the same bytes every time", () => {
    expect(committedFiles(structuredClone(environments))).to.deep.equal(files);
  });

  it("tell nothing of the machine that made them", () => {
    for (const { path, content } of files) expect(content, path).not.to.include(process.cwd());
  });

  it("carry the licences of the bundled libraries, which are these alone", () => {
    const program = contentOf(".github/actions/k8s_dryrun/main.cjs");
    const licensed = [...program.matchAll(/^\/\/ Contains the library (\S+):$/gm)].map(([, name]) => name);
    const bundled = [...program.matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(
      ([, name]) => name,
    );
    expect(licensed).to.have.members([...new Set(bundled)]);
  });

  it("stay readable and small", () => {
    expect(contentOf(".github/actions/k8s_dryrun/main.cjs")).to.have.length.below(900_000);
  });

  it("run on node24, with each input described, and those that are required given by the workflow", () => {
    const action = parse(contentOf(".github/actions/k8s_dryrun/action.yml")) as {
      inputs: Record<string, { description: string; required: boolean }>;
      runs: object;
    };
    expect(action.runs).to.deep.equal({ using: "node24", main: "main.cjs" });
    for (const [name, { description, required }] of Object.entries(action.inputs)) {
      expect(description, name).to.have.length.above(10);
      expect(required, name).to.be.a("boolean");
    }
    const workflow = parseWorkflow(contentOf(".github/workflows/k8s-dryrun.yml"));
    const given = jobOf(workflow, "dryrun-kr-production").steps.at(-1)?.with ?? {};
    const required = Object.keys(action.inputs).filter((name) => action.inputs[name]?.required);
    expect(Object.keys(given)).to.have.members(required);
  });
});
