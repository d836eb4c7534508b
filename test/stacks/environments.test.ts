import { expect } from "chai";
import { describe, it } from "mocha";
import { runProgram } from "./runProgram";
import { deployed, refusal, up, workflowOf } from "./up";
import { configs, mockWorld, regions } from "./world";

describe("the registry", () => {
  it("takes a new environment with one entry and one stack file", async () => {
    const add: Parameters<typeof runProgram>[3] = (environments) => {
      environments.push({
        name: "sg-production",
        filter: "sg-production",
        paths: ["k8s/base/**", "k8s/sg-production/**"],
        overlay: "k8s/sg-production",
        active: true,
        runner: {
          jobName: "dryrun-sg-production",
          projectName: "kubectl-to-trocco-sg-production",
          region: "ap-northeast-2",
          clusterName: "trocco-sg-production",
          eksVersionLabel: "1_35",
          enforcement: "report",
        },
      });
    };
    const region = regions["kr-production"]!();
    const own = await runProgram("sg-production", configs["kr-production"]!, mockWorld(region), add);
    expect(own.outputs.runnerProjectName).to.equal("kubectl-to-trocco-sg-production");
    const home = await up("ja-production", {
      edit: add,
      stackOutputs: { ...deployed, "organization/eks-dryrun-runner/sg-production": { runnerLabel: "z" } },
    });
    expect(Object.keys(workflowOf(home).jobs)).to.include("dryrun-sg-production");
  });

  it("retires an environment: nothing refers to an inactive one, and its stack still comes up", async () => {
    const retire: Parameters<typeof runProgram>[3] = (environments) => {
      environments.find(({ name }) => name === "kr-production")!.active = false;
    };
    const stackOutputs = { "organization/eks-dryrun-runner/in-production": { runnerLabel: "y" } };
    const home = await up("ja-production", { edit: retire, stackOutputs });
    expect(JSON.stringify(workflowOf(home))).to.not.include("kr-production");
    const kr = await up("kr-production", { edit: retire });
    expect(kr.outputs.runnerProjectName).to.equal("kubectl-to-trocco-kr-production");
  });

  it("is refused where a project name occurs twice, before anything is looked up", async () => {
    const message = refusal(
      await up("kr-production", {
        edit: (environments) => {
          environments.find(({ name }) => name === "in-production")!.runner!.projectName =
            "kubectl-to-trocco-kr-production";
        },
      }),
    );
    expect(message).to.include("runner.projectName kubectl-to-trocco-kr-production is there twice");
  });

  it("knows no other stack", async () => {
    const world = mockWorld(regions["ja-production"]!());
    const message = refusal(await runProgram("us-production", configs["ja-production"]!, world));
    expect(message).to.include("us-production").and.to.include("ja-production");
  });
});
