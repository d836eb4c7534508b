import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "mocha";
import { gunzipSync } from "node:zlib";
import { actionProgramText } from "../../committed/action";
import type { PackedReport } from "../../dryrun/report/pack";

/** Runs the action's program as GitHub does, with inputs as variables. */
describe("the action", () => {
  const folder = mkdtempSync(join(tmpdir(), "action-"));
  const program = join(folder, "main.cjs");
  writeFileSync(program, actionProgramText());

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(inputs: Record<string, string>) {
    const [output, summary] = ["output", "summary"].map((name) => join(folder, name)) as [string, string];
    for (const file of [output, summary]) writeFileSync(file, "");
    const env = {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    };
    const { status, stdout } = spawnSync(process.execPath, [program], {
      cwd: folder,
      env: {
        ...env,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])),
      },
      encoding: "utf8",
    });
    return { status, stdout, output: readFileSync(output, "utf8"), summary: readFileSync(summary, "utf8") };
  }

  function reportIn(output: string) {
    const [, text = ""] = /^report=(\S+)\n$/.exec(output) ?? [];
    return (JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString()) as PackedReport).report;
  }

  it("hands a report to the next jobs also where its inputs are wrong", () => {
    const { status, stdout, output, summary } = run({
      ENVIRONMENT: "kr-production",
      "EKS-VERSION-LABEL": "135",
    });
    expect(status).to.equal(2);
    expect(stdout).to.include("::error::Could not be checked: overlay is missing");
    expect(reportIn(output)).to.include({
      environment: "kr-production",
      state: "could not check",
      exitCode: 2,
    });
    expect(reportIn(output).problem).to.include('eks-version-label is "135"');
    expect(summary).to.match(/^## 🚫 `kr-production`: could not check/);
  });

  it("hands one over where the cluster is not there", () => {
    const kubeconfig = join(folder, "kubeconfig-that-is-not-there");
    const inputs = {
      ENVIRONMENT: "e",
      OVERLAY: "k8s/e",
      BASE: ".",
      "EKS-VERSION-LABEL": "1_35",
      KUBECONFIG: kubeconfig,
    };
    const { status, output } = run(inputs);
    expect(status).to.equal(2);
    expect(reportIn(output)).to.include({ environment: "e", overlay: "k8s/e", state: "could not check" });
  });

  it("says nothing of an unexpected error in the report, which may quote anything", () => {
    const inputs = {
      ENVIRONMENT: "e",
      OVERLAY: "o",
      BASE: ".",
      "EKS-VERSION-LABEL": "1_35",
      KUBECONFIG: "x",
    };
    const { status, output } = run({ ...inputs, REPORT: join(folder, "no", "such", "canary") });
    expect(status).to.equal(2);
    expect(output).not.to.include("canary");
    expect(reportIn(output).problem).to.equal("The dry run itself failed. The log of its job says how.");
  });

  it("hands none over where nobody knows of which environment", () => {
    expect(run({}).output).to.equal("");
  });
});
