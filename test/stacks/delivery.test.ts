import { expect } from "chai";
import { describe, it } from "mocha";
import { only, requestFor } from "../pulumiMocks";
import type { ProgramRun } from "./runProgram";
import type { MockTarget } from "./targetRepository";
import { own, runnerGroup, up } from "./up";

const workflowPath = ".github/workflows/k8s-dryrun.yml";
const fileType = "github:index/repositoryFile:RepositoryFile";
const pullRequestType = "github:index/repositoryPullRequest:RepositoryPullRequest";
const branchType = "github:index/branch:Branch";
const rulesetType = "github:index/repositoryRuleset:RepositoryRuleset";

const byPullRequest = { [own("delivery")]: "pullRequest" };
const required = { [own("requiredCheck")]: "true" };

/** Runs the home stack against a target repository. */
const upWith = (config: Record<string, string>, target: Partial<MockTarget> = {}) =>
  up("ja-production", { config, region: (region) => Object.assign(region.target, target) });

const filesOf = ({ registered }: ProgramRun) => registered.filter(({ type }) => type === fileType);
/** Those that go onto a branch of their own. */
const requested = (run: ProgramRun) => filesOf(run).filter(({ inputs }) => inputs.branch !== undefined);
const kept = (run: ProgramRun) => filesOf(run).filter(({ inputs }) => inputs.branch === undefined);
const texts = (run: ProgramRun) =>
  Object.fromEntries(filesOf(run).map(({ inputs }) => [inputs.file as string, inputs.content as string]));
const branchOf = (run: ProgramRun) => only(run.registered, branchType).inputs.branch as string;
const typesOf = ({ registered }: ProgramRun) => registered.map(({ type }) => type);

/** What the home stack writes, and what it wrote in an earlier version. */
const wanted = upWith({}).then(texts);
const older = wanted.then((files) => ({ ...files, [workflowPath]: `# older\n${files[workflowPath] ?? ""}` }));

describe("delivery by pull request", () => {
  it("opens one with all files on a branch of its own, and commits nothing to the default branch", async () => {
    const run = await upWith(byPullRequest);
    expect(kept(run)).to.deep.equal([]);
    expect(texts(run)).to.deep.equal(await wanted);
    expect(requested(run).at(-1)?.inputs.file).to.equal(workflowPath);
    const { inputs } = only(run.registered, pullRequestType);
    expect(inputs).to.deep.include({
      baseRepository: "kubernetes-manifests",
      baseRef: "main",
      headRef: branchOf(run),
    });
    expect(run.outputs.pullRequestUrl).to.equal("https://github.com/example-org/kubernetes-manifests/pull/7");
    expect(run.outputs).to.not.have.property("workflowCommit");
  });

  it("says what could not be looked up, and what to do", async () => {
    for (const [lookup, what] of [
      ["getBranch:getBranch", "the branch main"],
      ["getTree:getTree", "the files"],
      ["getRepositoryPullRequests:getRepositoryPullRequests", "the pull requests"],
    ] as const) {
      const fails = { fails: `github:index/${lookup}` };
      const { error } = await upWith(byPullRequest, fails);
      expect(error?.message).to.include(
        `${what} of GitHub repository example-org/kubernetes-manifests could not be looked up: `,
      );
      expect(error?.message)
        .to.include("500 Server Error")
        .and.to.include("Wait until it works again. Then run the same command again.");
    }
  });

  it("opens none where the default branch has everything, and keeps that in the state untouched", async () => {
    const run = await upWith(byPullRequest, { files: await wanted });
    expect(typesOf(run)).to.not.include.members([pullRequestType]);
    expect(requested(run)).to.deep.equal([]);
    expect(kept(run)).to.have.length(Object.keys(await wanted).length);
    for (const file of kept(run)) {
      expect(requestFor(file)).to.deep.include({
        importId: `kubernetes-manifests:${file.inputs.file as string}:main`,
        retainOnDelete: true,
        ignoreChanges: ["content", "commitMessage"],
      });
    }
    expect(run.outputs).to.not.have.property("pullRequestUrl");
  });

  it("puts only what differs into the pull request, over whatever is there", async () => {
    const run = await upWith(byPullRequest, { files: await older });
    expect(requested(run).map(({ inputs }) => inputs.file)).to.deep.equal([workflowPath]);
    expect(requested(run)[0]?.inputs.overwriteOnCreate).to.equal(true);
  });

  it("brings an open one up to date under the same names, files that change back among them", async () => {
    const guard = "k8s-dryrun-guard/guard.yaml";
    const first = await upWith(byPullRequest, { files: await older });
    const headRef = branchOf(first);
    const head = { ...(await wanted), [guard]: "changed by an earlier version\n" };
    const run = await upWith(byPullRequest, {
      files: await older,
      heads: { [headRef]: head },
      pullRequests: [{ number: 7, headRef, state: "open" }],
    });
    expect(requested(run).map(({ inputs }) => inputs.file)).to.deep.equal([guard, workflowPath]);
    expect(branchOf(run)).to.equal(headRef);
    const [before, after] = [first, run].map(({ registered }) => only(registered, pullRequestType));
    expect(after).to.deep.equal(before);
    expect(requestFor(after!).importId).to.equal("example-org:kubernetes-manifests:7");
  });

  it("takes another branch once the default branch has changed: the one before may be merged", async () => {
    const [before, after] = [
      await upWith(byPullRequest),
      await upWith(byPullRequest, { files: await older }),
    ];
    expect(branchOf(after)).to.not.equal(branchOf(before));
  });

  it("takes another branch after one that was closed, and the same while one is open", async () => {
    const headRef = branchOf(await upWith(byPullRequest));
    const branchAfter = async (...pullRequests: MockTarget["pullRequests"]) =>
      branchOf(await upWith(byPullRequest, { pullRequests }));
    const closed = { number: 7, headRef, state: "closed" } as const;
    expect(await branchAfter(closed)).to.equal(`${headRef}-2`);
    const second = { number: 8, headRef: `${headRef}-2`, state: "closed" } as const;
    expect(await branchAfter(closed, second)).to.equal(`${headRef}-3`);
    expect(await branchAfter(closed, { ...second, state: "open" })).to.equal(`${headRef}-2`);
    expect(await branchAfter({ ...closed, state: "open", headOwner: "a-fork" })).to.equal(headRef);
  });

  it("never deletes what a merge may have taken away: branch and files are only forgotten", async () => {
    const run = await upWith(byPullRequest);
    const made = [only(run.registered, branchType), ...requested(run)];
    for (const one of made) expect(requestFor(one).retainOnDelete, one.name).to.equal(true);
    expect(requestFor(only(run.registered, pullRequestType)).retainOnDelete).to.equal(false);
  });
});

describe("delivery by commit", () => {
  const urns = ({ urns: all }: ProgramRun) => all.filter((urn) => urn.includes(fileType));

  it("is the same resources as what a pull request has brought in, so that the setting can be changed", async () => {
    const merged = await upWith(byPullRequest, { files: await wanted });
    const committed = await upWith({});
    expect(urns(merged)).to.have.members(urns(committed));
    for (const file of filesOf(committed)) {
      expect(requestFor(file)).to.deep.include({ importId: "", retainOnDelete: false, ignoreChanges: [] });
    }
  });
});

describe("the required check", () => {
  const ruleset = (run: ProgramRun) => only(run.registered, rulesetType);

  it("is not there unless it is asked for", async () => {
    expect(typesOf(await upWith({}))).to.not.include(rulesetType);
  });

  it("requires the gate of GitHub Actions on the default branch, after the files, and lets the app by", async () => {
    const run = await upWith({ ...required, [own("githubAppId")]: "123456" });
    expect(ruleset(run).inputs).to.deep.include({
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        requiredStatusChecks: {
          requiredChecks: [{ context: "K8s Dryrun gate", integrationId: 15368 }],
          strictRequiredStatusChecksPolicy: false,
        },
      },
      bypassActors: [{ actorType: "Integration", actorId: 123456, bypassMode: "always" }],
    });
    const component = only(run.registered, "eks-dryrun-runner:index:RequiredCheck");
    const waits = requestFor(component).dependsOn;
    expect(waits.filter((urn) => urn.includes(fileType))).to.have.length(filesOf(run).length);
  });

  it("waits likewise where runners are in a group, until the workflow there is one that is called", async () => {
    const config = { ...byPullRequest, ...required, ...runnerGroup };
    expect(typesOf(await upWith(config, { files: await wanted }))).to.not.include(rulesetType);
    const grouped = texts(await upWith(runnerGroup));
    const run = await upWith(config, { files: grouped });
    expect(JSON.stringify(ruleset(run).inputs.rules)).to.include('"dryrun / K8s Dryrun gate"');
    expect(typesOf(await upWith({ ...byPullRequest, ...required }, { files: grouped }))).to.not.include(
      rulesetType,
    );
  });

  it("waits with pull requests until the default branch has a workflow with the gate", async () => {
    const config = { ...byPullRequest, ...required };
    expect(typesOf(await upWith(config))).to.not.include(rulesetType);
    const foreign = { [workflowPath]: "on: pull_request\njobs: { dryrun: { runs-on: ubuntu-24.04 } }\n" };
    expect(typesOf(await upWith(config, { files: foreign }))).to.not.include(rulesetType);
    const run = await upWith(config, { files: await older });
    expect(ruleset(run).inputs.bypassActors).to.deep.equal([]);
  });
});
