import { expect } from "chai";
import { describe, it } from "mocha";
import { only } from "../pulumiMocks";
import { deployed, up, workflowOf } from "./up";

type Inputs = Record<string, never>;

describe("the home stack", () => {
  it("commits what is used before what uses it, the workflow last, and never overwrites", async () => {
    const { registered, outputs } = await up("ja-production");
    const files = registered.filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile");
    expect(files.map(({ inputs }) => inputs.file).at(-1)).to.equal(".github/workflows/k8s-dryrun.yml");
    expect(files.map(({ inputs }) => inputs.file)).to.include(".github/actions/k8s_dryrun/action.yml");
    for (const { inputs, provider } of files) {
      expect(inputs).to.include({ repository: "kubernetes-manifests", overwriteOnCreate: false });
      expect(provider).to.include("pulumi:providers:github::github-example-org");
    }
    expect(outputs.workflowUrl).to.equal(
      "https://github.com/example-org/kubernetes-manifests/blob/HEAD/.github/workflows/k8s-dryrun.yml",
    );
    expect(outputs.workflowCommit).to.match(/^commit of /);
  });

  it("gives the GitHub provider the repository's owner and lets it try a moved branch again", async () => {
    const { registered } = await up("ja-production");
    const { inputs } = only(registered, "pulumi:providers:github");
    expect(inputs.owner).to.equal("example-org");
    expect(JSON.parse(String((inputs as Inputs).retryableErrors))).to.include(409);
  });

  it("keeps the token and the address in the environment out of the state", async () => {
    const kept = { ...process.env };
    process.env.GITHUB_TOKEN = "canary-not-a-token";
    process.env.GITHUB_BASE_URL = "https://canary.example.com/";
    try {
      const { registered } = await up("ja-production");
      expect(only(registered, "pulumi:providers:github").inputs).to.not.have.any.keys("token", "baseUrl");
    } finally {
      process.env = kept;
    }
  });

  it("writes a job for each region that is deployed, and none for one that is not", async () => {
    const all = workflowOf(await up("ja-production"));
    expect(Object.keys(all.jobs)).to.include.members([
      "changes",
      "dryrun-ja-production",
      "dryrun-in-production",
      "dryrun-kr-production",
    ]);
    const partial = await up("ja-production", {
      stackOutputs: { ...deployed, "organization/eks-dryrun-runner/kr-production": {} },
    });
    expect(Object.keys(workflowOf(partial).jobs)).to.not.include("dryrun-kr-production");
    expect(Object.keys(workflowOf(partial).jobs)).to.include("dryrun-in-production");
  });

  it("commits the same bytes on every run", async () => {
    const contents = async () => (await up("ja-production")).registered.map(({ inputs }) => inputs.content);
    expect(await contents()).to.deep.equal(await contents());
  });
});
