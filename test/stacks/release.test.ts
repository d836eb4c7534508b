import { expect } from "chai";
import { describe, it } from "mocha";
import { requestFor, namesOf, only } from "../pulumiMocks";
import { committedText, own, refusal, releases, up } from "./up";

const environmentType = "github:index/repositoryEnvironment:RepositoryEnvironment";
const fileType = "github:index/repositoryFile:RepositoryFile";
const applyPath = ".github/workflows/k8s-apply-environment.yml";
/** A stack whose releases are applied, as the home stack sees it. */
const korea = {
  "organization/eks-dryrun-runner/kr-production": {
    runnerLabel: "x",
    applyProjectName: "kubectl-to-trocco-kr-production-apply",
    releaseRoleArn: "arn:aws:iam::210987654321:role/kr-production-release",
  },
  "organization/eks-dryrun-runner/in-production": { runnerLabel: "y" },
};

/** Settings of a region's stack, which protects nothing. */
const elsewhere = { ...releases, [own("releaseReviewers")]: undefined };

describe("a stack without apply", () => {
  it("makes nothing of releases, looks nothing up for them, and puts nothing out", async () => {
    for (const stack of ["ja-production", "kr-production"]) {
      const { registered, outputs } = await up(stack);
      const ofReleases = registered.filter(({ name, type }) => /apply|release|Environment/.test(name + type));
      expect(ofReleases).to.deep.equal([]);
      expect(outputs).to.not.have.any.keys("applyProjectName", "releaseRoleArn");
    }
  });

  it("commits nothing of them", async () => {
    const run = await up("ja-production");
    const files = run.registered.filter(({ type }) => type === fileType).map(({ inputs }) => inputs.file);
    expect(files.filter((file) => /apply|release/.test(String(file)))).to.deep.equal([]);
    expect(committedText(run, "k8s-dryrun-guard/guard.yaml")).to.not.include("release-apply");
  });
});

describe("a stack with apply", () => {
  it("has a project without webhook beside its runner, and a role that starts its build", async () => {
    const { registered, outputs } = await up("kr-production", { config: elsewhere });
    expect(outputs).to.include({
      applyProjectName: "kubectl-to-trocco-kr-production-apply",
      releaseRoleArn: "arn:aws:iam::123456789012:role/kr-production-release-1a2b3c4",
    });
    const webhook = only(registered, "aws:codebuild/webhook:Webhook");
    expect(webhook.inputs.projectName).to.equal("kubectl-to-trocco-kr-production");
    const project = only(registered, "aws:codebuild/project:Project", "kr-production-apply");
    const { buildspec } = project.inputs.source as { buildspec: string };
    expect(buildspec).to.include("kr-production").and.include("rev-list --first-parent");
    expect(project.inputs.vpcConfig).to.deep.equal(
      only(registered, "aws:codebuild/project:Project", "kr-production-runner").inputs.vpcConfig,
    );
    const { assumeRolePolicy } = only(registered, "aws:iam/role:Role", "kr-production-release").inputs;
    expect(assumeRolePolicy)
      .to.include(`example-org/kubernetes-manifests/${applyPath}@refs/heads/main`)
      .and.include("repo:example-org@500000001/kubernetes-manifests@600000002:environment:kr-production");
    expect(namesOf(registered, environmentType)).to.deep.equal([]);
  });

  it("leaves the runner's role, project and entry as they are, and lets it hear of a release's dry runs too", async () => {
    const ofRunner = ({ registered }: Awaited<ReturnType<typeof up>>) =>
      registered.filter(({ name }) => name === "kr-production-runner");
    const isWebhook = ({ type }: { type: string }) => type === "aws:codebuild/webhook:Webhook";
    const [applying, others] = [
      ofRunner(await up("kr-production", { config: elsewhere })),
      ofRunner(await up("kr-production")),
    ];
    const inputs = (all: typeof others) => all.filter((one) => !isWebhook(one)).map((one) => one.inputs);
    expect(inputs(applying)).to.deep.equal(inputs(others));
    const names = (all: typeof others) => JSON.stringify(all.find(isWebhook)?.inputs.filterGroups);
    expect(names(applying)).to.equal(names(others).replace("^K8s Dryrun$", "^(?:K8s Dryrun|K8s Apply)$"));
  });

  it("uses the account's identity provider as it is, and keeps the one that it made itself", async () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    expect(namesOf((await up("kr-production", { config: elsewhere })).registered, type)).to.deep.equal([]);
    const { registered } = await up("kr-production", {
      config: elsewhere,
      region: ({ identityProvider }) => {
        identityProvider.tags = { "pulumi:project": "eks-dryrun-runner", "pulumi:stack": "kr-production" };
      },
    });
    expect(requestFor(only(registered, type)).importId).to.match(/oidc-provider\/token\.actions\./);
  });

  it("refuses an identity provider that takes no tokens for AWS, and names the command", async () => {
    const run = await up("kr-production", {
      config: elsewhere,
      region: ({ identityProvider }) => {
        identityProvider.clientIdLists = ["https://github.com/example-org"];
      },
    });
    expect(refusal(run)).to.include("aws iam add-client-id-to-open-id-connect-provider");
  });
});

describe("the home stack, where releases are applied", () => {
  it("protects each environment that can be applied, before a workflow names it", async () => {
    const { registered } = await up("ja-production", { config: releases, stackOutputs: korea });
    expect(namesOf(registered, environmentType)).to.deep.equal(["home-ja-production", "home-kr-production"]);
    expect(namesOf(registered, "github:index/repositoryRuleset:RepositoryRuleset")).to.deep.equal([
      "home-release-tags",
    ]);
    const file = registered.find(({ inputs }) => inputs.file === "k8s-dryrun-guard/guard.yaml")!;
    const waits = requestFor(only(registered, "eks-dryrun-runner:index:DryRunWorkflow")).dependsOn;
    for (const name of ["home-ja-production", "home-kr-production", "home-release-tags"])
      expect([...waits, ...requestFor(file).dependsOn].join(" "), name).to.include(name);
  });

  it("commits the workflows, with each environment's own project and role, in the settings' order", async () => {
    const config = { ...releases, [own("releaseOrder")]: '["kr-production"]' };
    const run = await up("ja-production", { config, stackOutputs: korea });
    const text = committedText(run, applyPath);
    expect(text)
      .to.include("arn:aws:iam::123456789012:role/ja-production-release")
      .and.include("arn:aws:iam::210987654321:role/kr-production-release")
      .and.include("kubectl-to-trocco-production-apply")
      .and.not.include("in-production-release");
    expect(text.indexOf("kr-production")).to.be.lessThan(text.indexOf("ja-production"));
    expect(committedText(run, "k8s-dryrun-guard/guard.yaml")).to.include("release-apply");
  });

  it("does so for the other stacks where it applies nothing itself, and asks for reviewers then", async () => {
    const config = { ...releases, [own("apply")]: undefined };
    const { registered } = await up("ja-production", { config, stackOutputs: korea });
    expect(namesOf(registered, environmentType)).to.deep.equal(["home-kr-production"]);
    expect(refusal(await up("ja-production", { stackOutputs: korea }))).to.match(
      /applied to kr-production, but eks-dryrun-runner:releaseReviewers is missing\n +pulumi config set/,
    );
  });

  for (const [what, change, sentence] of [
    ["a private repository of a plan without reviewers", { plan: "team" }, /plan of example-org is team/],
    [
      "another default branch",
      { repository: { defaultBranch: "trunk" } },
      /is trunk, but eks-dryrun-runner:defaultBranch is main/,
    ],
    [
      "another repository's number",
      { repository: { repoId: 7 } },
      /is 7, but eks-dryrun-runner:targetRepositoryId/,
    ],
  ] as [string, { plan?: string; repository?: object }, RegExp][]) {
    it(`refuses ${what}, before anything is made`, async () => {
      const run = await up("ja-production", {
        config: releases,
        region: (region) => {
          Object.assign(region, change.plan && { plan: change.plan });
          Object.assign(region.repository, change.repository);
        },
      });
      expect(refusal(run)).to.match(sentence);
    });
  }

  it("says that the repository could not be looked up for its releases", async () => {
    const run = await up("ja-production", {
      config: releases,
      region: (region) => {
        const { repository } = region;
        let lookups = 0;
        Object.defineProperty(region, "repository", {
          get: () => {
            // The first one is of the cluster's check.
            if (++lookups > 1) throw new Error("500 Internal Server Error");
            return repository;
          },
        });
      },
    });
    expect(refusal(run)).to.match(
      /GitHub repository example-org\/kubernetes-manifests could not be looked up/,
    );
  });

  it("asks for no plan of a public repository", async () => {
    const { error } = await up("ja-production", {
      config: {
        ...releases,
        [own("targetRepositoryIsPublic")]: "true",
        [own("githubActorIds")]: "[583231]",
      },
      region: (region) => {
        region.repository.visibility = "public";
        region.plan = "free";
      },
    });
    expect(error).to.equal(undefined);
  });
});
