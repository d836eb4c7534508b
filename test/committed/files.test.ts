import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { compile } from "../../committed/bundle";
import { committedFiles, largestFileBytes } from "../../committed/files";
import { jobOf, parseWorkflow } from "./parsedWorkflow";
import { deployed, environments } from "./sampleEnvironments";

const files = committedFiles(environments);

function contentOf(path: string): string {
  return files.find((file) => file.path === path)?.content ?? "";
}

describe("the committed files", () => {
  it("are the guard, the actions with their programs, and last the workflow that uses them", () => {
    expect(files.map(({ path }) => path)).to.deep.equal([
      "k8s-dryrun-guard/guard.yaml",
      ".github/actions/k8s_dryrun/action.yml",
      ".github/actions/k8s_dryrun/main.cjs",
      ".github/actions/k8s_dryrun_watch/action.yml",
      ".github/actions/k8s_dryrun_watch/main.cjs",
      ".github/actions/k8s_dryrun_comment/action.yml",
      ".github/actions/k8s_dryrun_comment/main.cjs",
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
    const program = files.find(({ path }) => path.endsWith("k8s_dryrun_watch/main.cjs"))?.content;
    expect(compile("committed/watch/main.ts")).to.equal(program);
  });

  it("tell nothing of the machine that made them", () => {
    for (const { path, content } of files) expect(content, path).not.to.include(process.cwd());
  });

  it("carry the licences of the bundled libraries, which are these alone", () => {
    const programs = files.filter(({ path }) => path.endsWith("/main.cjs"));
    expect(programs).to.have.length(3);
    for (const { path, content } of programs) {
      const licensed = [...content.matchAll(/^\/\/ Contains the library (\S+):$/gm)].map(([, name]) => name);
      const bundled = [
        ...content.matchAll(/^(?:\/\/ |\s+")(?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm),
      ].map(([, name]) => name);
      expect(licensed, path).to.have.members([...new Set(bundled)]);
    }
  });

  const users = {
    k8s_dryrun: "dryrun-kr-production",
    k8s_dryrun_watch: "watch",
    k8s_dryrun_comment: "comment",
  };
  for (const [name, job] of Object.entries(users)) {
    it(`let ${name} run on node24, with each input described, and those that are required given by the workflow`, () => {
      const action = parse(contentOf(`.github/actions/${name}/action.yml`)) as {
        inputs: Record<string, { description: string; required: boolean }>;
        runs: object;
      };
      expect(action.runs).to.deep.equal({ using: "node24", main: "main.cjs" });
      for (const [input, { description, required }] of Object.entries(action.inputs)) {
        expect(description, input).to.have.length.above(10);
        expect(required, input).to.be.a("boolean");
      }
      const workflow = parseWorkflow(contentOf(".github/workflows/k8s-dryrun.yml"));
      const given = Object.keys(jobOf(workflow, job).steps.at(-1)?.with ?? {});
      const required = Object.keys(action.inputs).filter((input) => action.inputs[input]?.required);
      expect(given).to.include.members(required);
      expect(Object.keys(action.inputs)).to.include.members(given);
    });
  }
});
