import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { committedFiles } from "../../committed/files";
import { requiredCheckName } from "../../committed/gateJob";
import { callerPath, workflowPath } from "../../committed/paths";
import { isReportedAs } from "../../committed/reportedName";
import { selectedWorkflow } from "../../committed/runnerGroup";
import { parseWorkflow, type Step } from "./parsedWorkflow";
import { environments } from "./sampleEnvironments";

const runnerGroup = { name: "k8s-dryrun", repository: "example-org/kubernetes-manifests", branch: "trunk" };
const files = new Map(
  committedFiles(environments, { runnerGroup }).map(({ path, content }) => [path, content]),
);
const called = parseWorkflow(files.get(workflowPath) ?? "");
const caller = parse(files.get(callerPath) ?? "") as {
  on: object;
  jobs: Record<string, Record<string, unknown>>;
};
const without = new Map(committedFiles(environments).map(({ path, content }) => [path, content]));

describe("the workflow for a runner group", () => {
  it("is started by its caller alone, which has it as it stands on the default branch", () => {
    expect(called.on).to.equal("workflow_call");
    expect(caller.on).to.have.all.keys("pull_request", "merge_group");
    expect(Object.values(caller.jobs)).to.have.length(1);
    expect(caller.jobs.dryrun).to.deep.include({
      uses: "example-org/kubernetes-manifests/.github/workflows/k8s-dryrun.yml@trunk",
    });
    expect(caller.jobs.dryrun).to.not.have.any.keys("with", "secrets");
    expect(selectedWorkflow(runnerGroup)).to.equal(
      "example-org/kubernetes-manifests/.github/workflows/k8s-dryrun.yml@refs/heads/trunk",
    );
  });

  it("takes no value from its caller, which a pull request can change", () => {
    expect(files.get(workflowPath)).to.not.match(/\binputs\.|\bsecrets\b|\bvars\./);
  });

  it("asks for runners of the group alone", () => {
    for (const { runner } of environments) {
      if (!runner) continue;
      expect(called.jobs[runner.jobName]?.["runs-on"]).to.deep.equal({
        group: "k8s-dryrun",
        labels: [`codebuild-${runner.projectName}-\${{ github.run_id }}-\${{ github.run_attempt }}`],
      });
    }
  });

  it("runs no action of the pull request: each is checked out from the default branch", () => {
    for (const [id, { steps }] of Object.entries(called.jobs)) {
      const own = steps.filter(({ uses }) => uses?.startsWith("./"));
      for (const { uses = "" } of own) {
        const source = steps.findLast((step) => isCheckoutOf(uses, step));
        expect(source?.with, `${id}: ${uses}`).to.include({ ref: "trunk" });
      }
    }
  });

  it("lets no name of the repository stand where the action is checked out", () => {
    const find = called.jobs["dryrun-ja-production"]?.steps.find(({ id }) => id === "base")?.run ?? "";
    expect(find).to.include("if [ -e .k8s-dryrun-action ] || [ -L .k8s-dryrun-action ]; then");
  });

  it("needs no right that its caller does not hand on", () => {
    const handed = caller.jobs.dryrun?.permissions as Record<string, string>;
    const ranks = ["none", "read", "write"];
    for (const { permissions } of Object.values(called.jobs))
      for (const [name, access] of Object.entries(permissions))
        expect(ranks.indexOf(handed[name] ?? "none"), name).to.be.least(ranks.indexOf(access));
  });

  it("has its check and its jobs found under the names that GitHub gives them", () => {
    expect(requiredCheckName(true)).to.equal("dryrun / K8s Dryrun gate");
    expect(requiredCheckName(false)).to.equal("K8s Dryrun gate");
    for (const name of [
      ...["dryrun-kr", "dryrun-kr (1_35)", "dryrun / dryrun-kr", "dryrun / dryrun-kr (1_35)"],
      "compare / dryrun-kr",
    ])
      expect(isReportedAs(name, "dryrun-kr"), name).to.equal(true);
    for (const name of [
      "dryrun-kr-2",
      "other / dryrun-kr",
      "dryrun / other / dryrun-kr",
      "dryrun / dryrun-kr-2",
    ])
      expect(isReportedAs(name, "dryrun-kr"), name).to.equal(false);
  });

  it("is as ever where there is no group, and then has no caller", () => {
    expect(without.has(callerPath)).to.equal(false);
    expect(parseWorkflow(without.get(workflowPath) ?? "").on).to.deep.equal(caller.on);
    expect(without.get(workflowPath)).to.not.include("k8s-dryrun-action");
  });
});

/** Whether a step checks out the folder that an action lies in. */
function isCheckoutOf(action: string, { uses, with: inputs = {} }: Step): boolean {
  const path = typeof inputs.path === "string" ? `./${inputs.path}/` : "./";
  const folder = action.slice(path.length);
  const folders = String(inputs["sparse-checkout"]).trim().split("\n");
  return (
    uses?.startsWith("actions/checkout@") === true && action.startsWith(path) && folders.includes(folder)
  );
}
