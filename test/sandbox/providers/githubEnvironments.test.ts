import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { id } from "../../../sandbox/github/resources";
import { githubProvider } from "../../../sandbox/providers/github/provider";
import type { Values } from "../../../sandbox/providers/values";
import { targetRepository } from "../../../sandbox/world";
import { Engine } from "./engine";
import { messageOf, startLocalGitHub, type LocalGitHub } from "./localGitHub";

const { name: repository } = targetRepository;
const types = {
  environment: "github:index/repositoryEnvironment:RepositoryEnvironment",
  policy: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
};
const environment = "ja-production";
const wanted = {
  repository,
  environment,
  canAdminsBypass: false,
  preventSelfReview: true,
  reviewers: [{ users: [id("example-org-bot")] }],
  deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
};

// What the real provider does is read from its source, which each resource's file names.
describe("the stand-in of the github provider: environments and rulesets of tags", function () {
  this.timeout(60_000);
  let github: LocalGitHub;
  let engine: Engine;

  before(async () => {
    github = await startLocalGitHub();
    engine = await Engine.start(githubProvider("6.15.0"));
    await github.configure(engine);
  });
  after(async () => {
    engine.stop();
    await github.end();
  });

  const create = async (type: string, given: Values) => {
    const { inputs, failures } = await engine.check(type, given);
    expect(failures).to.deep.equal([]);
    return { inputs, ...(await engine.create(type, inputs)) };
  };

  it("makes an environment with its protection, reads it back, finds drift and takes it away", async () => {
    const made = await create(types.environment, wanted);
    expect(made.id).to.equal(`${repository}:${environment}`);
    const found = await engine.read(types.environment, made.id, made.state, made.inputs);
    expect((await engine.diff(types.environment, found.state, made.inputs)).changes).to.equal(false);

    await github.ask("PUT", `/environments/${environment}`, {});
    const drifted = await engine.read(types.environment, made.id, made.state, made.inputs);
    expect(drifted.inputs).to.deep.include({ canAdminsBypass: true, preventSelfReview: false });
    const diff = await engine.diff(types.environment, drifted.state, made.inputs);
    expect(diff.changes).to.equal(true);
    expect(diff.replaces).to.deep.equal([]);
    await engine.update(types.environment, made.id, drifted.state, made.inputs);
    const mended = await engine.read(types.environment, made.id);
    expect(mended.state).to.deep.include({ canAdminsBypass: false, preventSelfReview: true });
    await engine.delete(types.environment, made.id, mended.state);
    expect((await engine.read(types.environment, made.id, made.state, made.inputs)).id).to.equal("");
  });

  it("makes patterns of what may deploy, changes them in place, and another kind anew", async () => {
    const policy = { repository, environment, tagPattern: "v*" };
    const before = await engine.check(types.policy, policy);
    await github.ask("PUT", `/environments/${environment}`, {});
    expect(await messageOf(engine.create(types.policy, before.inputs))).to.match(/404 Not Found/);
    await create(types.environment, wanted);
    const made = await create(types.policy, policy);
    const changed = { ...made.inputs, tagPattern: "release-*" };
    expect((await engine.diff(types.policy, made.state, changed)).replaces).to.deep.equal([]);
    const state = await engine.update(types.policy, made.id, made.state, changed);
    expect(state.tagPattern).to.equal("release-*");
    const asBranch = { repository, environment, branchPattern: "main" };
    expect((await engine.diff(types.policy, state, asBranch)).replaces).to.have.members([
      "branchPattern",
      "tagPattern",
    ]);
    const { result } = await engine.invoke(
      "github:index/getRepositoryEnvironmentDeploymentPolicies:getRepositoryEnvironmentDeploymentPolicies",
      { repository, environment },
    );
    expect(result.policies).to.deep.equal([{ type: "tag", pattern: "release-*" }]);
    const all = await engine.invoke("github:index/getRepositoryEnvironments:getRepositoryEnvironments", {
      repository,
    });
    expect(all.result.environments).to.have.length(1);
    await engine.delete(types.policy, made.id, state);
    expect((await engine.read(types.policy, made.id, state, policy)).id).to.equal("");
  });

  it("makes a ruleset of tags", async () => {
    const made = await create(types.ruleset, {
      repository,
      name: "Releases",
      target: "tag",
      enforcement: "active",
      bypassActors: [{ actorId: 5, actorType: "RepositoryRole", bypassMode: "always" }],
      conditions: { refName: { includes: ["refs/tags/v*"], excludes: [] } },
      rules: { creation: true, update: true, deletion: true },
    });
    const found = await engine.read(types.ruleset, made.id, made.state, made.inputs);
    expect((await engine.diff(types.ruleset, found.state, made.inputs)).changes).to.equal(false);
    expect(found.state.rules).to.deep.include({ creation: true, update: true, deletion: true });
  });
});
