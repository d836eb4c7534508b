import { expect } from "chai";
import { describe, it } from "mocha";
import { only } from "../pulumiMocks";
import { committedText, deployed, own, refusal, runnerGroup, up, workflowOf } from "./up";

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

  it("commits what calls the workflow last where runners are in a group, and requires the check as it is called then", async () => {
    const config = { ...runnerGroup, [own("requiredCheck")]: "true", [own("githubAppId")]: "123456" };
    const run = await up("ja-production", { config });
    const files = run.registered.filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile");
    expect(files.map(({ inputs }) => inputs.file).slice(-2)).to.deep.equal([
      ".github/workflows/k8s-dryrun.yml",
      ".github/workflows/k8s-dryrun-call.yml",
    ]);
    const { rules } = only(run.registered, "github:index/repositoryRuleset:RepositoryRuleset").inputs;
    expect(JSON.stringify(rules)).to.include('"dryrun / K8s Dryrun gate"');
    expect(committedText(run, ".github/workflows/k8s-dryrun-call.yml")).to.include(
      "uses: example-org/kubernetes-manifests/.github/workflows/k8s-dryrun.yml@main",
    );
  });

  it("refuses a runner group for another branch than the default one", async () => {
    const config = {
      ...runnerGroup,
      [own("runnerGroup")]: '{"id":7,"name":"k8s-dryrun","branch":"release"}',
    };
    expect(refusal(await up("ja-production", { config }))).to.match(
      /is main, but eks-dryrun-runner:runnerGroup\.branch is release\n +pulumi config set --path eks-dryrun-runner:runnerGroup\.branch main/,
    );
  });

  it("commits the same bytes on every run", async () => {
    const contents = async () => (await up("ja-production")).registered.map(({ inputs }) => inputs.content);
    expect(await contents()).to.deep.equal(await contents());
  });

  it("names what it owns after no environment, so that another stack can take the files over", async () => {
    const { registered } = await up("ja-production");
    const files = registered.filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile");
    for (const { name } of files) expect(name).to.match(/^home-/);
  });
});

describe("a stack that was home", () => {
  const url = "https://github.com/example-org/kubernetes-manifests";
  const home = "organization/eks-dryrun-runner/ja-production";
  const former = { "organization/eks-dryrun-runner/kr-production": { workflowUrl: url } };

  it("does not delete the files that it still owns, and names the commands that move them", async () => {
    const run = await up("kr-production", { stackOutputs: { ...former, [home]: {} } });
    expect(refusal(run))
      .to.include("Stack kr-production owns the committed files")
      .and.to.include(
        "pulumi state move --source kr-production --dest ja-production " +
          "'urn:pulumi:kr-production::eks-dryrun-runner::eks-dryrun-runner:index:DryRunWorkflow::home'",
      );
  });

  it("is updated as any other once the new home has them", async () => {
    const run = await up("kr-production", { stackOutputs: { ...former, [home]: { workflowUrl: url } } });
    expect(run.error).to.equal(undefined);
    expect(run.outputs).to.not.have.any.keys("workflowUrl", "workflowCommit");
  });
});
