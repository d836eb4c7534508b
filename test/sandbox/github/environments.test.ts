import { execa } from "execa";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id } from "../../../sandbox/github/resources";
import { repositoryPath, startWorld, writer, type World } from "./world";

const environment = `${repositoryPath}/environments/ja-production`;
const team = { id: 77, slug: "releasers", members: ["example-org-deployer"] };
const protectedBy = {
  prevent_self_review: true,
  can_admins_bypass: false,
  reviewers: [
    { type: "User", id: id("example-org-owner") },
    { type: "Team", id: team.id },
  ],
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
};

interface Shown {
  message: string;
  can_admins_bypass: boolean;
  protection_rules: { type: string; prevent_self_review?: boolean; reviewers?: { type: string }[] }[];
  deployment_branch_policy: object | null;
}

describe("the sandbox's GitHub: environments and tags", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await startWorld();
    await world.store.change((state) => {
      state.teams = { "example-org": [team] };
    });
  });
  after(() => world.end());
  afterEach(() =>
    world.store.change((state) => {
      state.environments = {};
      state.plans = {};
      state.rulesets = {};
    }),
  );

  const put = (body: object, token?: string) => world.ask<Shown>("PUT", environment, { body, token });

  it("keeps the protection of an environment and shows it", async () => {
    expect((await put(protectedBy)).status).to.equal(200);
    const { json } = await world.ask<Shown>("GET", environment.replace("ja-", "JA-"));
    expect(json.can_admins_bypass).to.equal(false);
    expect(json.protection_rules.map(({ type }) => type)).to.deep.equal([
      "required_reviewers",
      "branch_policy",
    ]);
    const [review] = json.protection_rules;
    expect(review).to.include({ prevent_self_review: true });
    expect(review?.reviewers?.map(({ type }) => type)).to.deep.equal(["User", "Team"]);
    const { json: bare } = await put({});
    expect(bare.protection_rules, "what is not sent is gone").to.deep.equal([]);
    expect((await world.ask("DELETE", environment)).status).to.equal(204);
    expect((await world.ask("GET", environment)).status).to.equal(404);
  });

  it("refuses who may not set it, and what is no protection", async () => {
    expect((await put(protectedBy, writer)).status).to.equal(404);
    const both = { protected_branches: true, custom_branch_policies: true };
    expect((await put({ deployment_branch_policy: both })).json.message).to.match(/same value/);
    expect((await put({ reviewers: [{ type: "User", id: 1 }] })).status).to.equal(422);
    const seven = Array.from({ length: 7 }, () => protectedBy.reviewers[0]);
    expect((await put({ reviewers: seven })).status).to.equal(422);
    expect((await put({ wait_timer: 5 })).status).to.equal(501);
  });

  it("refuses what the plan does not have for private repositories", async () => {
    const on = (plan: "free" | "team") =>
      world.store.change((state) => {
        state.plans = { "example-org": plan };
      });
    await on("team");
    expect((await put({ deployment_branch_policy: protectedBy.deployment_branch_policy })).status).to.equal(
      200,
    );
    const refused = await put(protectedBy);
    expect(refused.status).to.equal(422);
    expect(refused.json.message).to.match(/billing plan supports the required reviewers protection rule/);
    await on("free");
    expect((await put({})).status).to.equal(404);
  });

  it("keeps patterns of branches and tags where the environment has them", async () => {
    const policies = `${environment}/deployment-branch-policies`;
    await put({});
    expect((await world.ask("POST", policies, { body: { name: "main" } })).status).to.equal(404);
    await put(protectedBy);
    const made = await world.ask<{ id: number }>("POST", policies, { body: { name: "v*", type: "tag" } });
    expect(made.status).to.equal(200);
    expect((await world.ask("POST", policies, { body: { name: "v*", type: "tag" } })).status).to.equal(303);
    await world.ask("PUT", `${policies}/${made.json.id}`, { body: { name: "release-*" } });
    const { json } = await world.ask<{ branch_policies: { name: string; type: string }[] }>("GET", policies);
    expect(json.branch_policies.map(({ name, type }) => [name, type])).to.deep.equal([["release-*", "tag"]]);
    expect((await world.ask("DELETE", `${policies}/${made.json.id}`)).status).to.equal(204);
  });

  describe("a ruleset of tags", () => {
    const makeRuleset = (bypass_actors: object[]) =>
      world.ask<{ message: string; errors: string[] }>("POST", `${repositoryPath}/rulesets`, {
        body: {
          name: "Releases",
          target: "tag",
          enforcement: "active",
          bypass_actors,
          conditions: { ref_name: { include: ["refs/tags/v*"], exclude: [] } },
          rules: [{ type: "creation" }, { type: "update" }, { type: "deletion" }],
        },
      });
    const byAdministrators = { actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "always" };
    const byTeam = { actor_type: "Team", actor_id: team.id, bypass_mode: "always" };
    const head = async () => (await world.ask("GET", `${repositoryPath}/git/ref/heads/main`)).json.object.sha;
    const makeTag = async (name: string, token?: string) =>
      world.ask<{ message: string }>("POST", `${repositoryPath}/git/refs`, {
        token,
        body: { ref: `refs/tags/${name}`, sha: await head() },
      });

    it("says who may make tags that match, through the API", async () => {
      await makeRuleset([byAdministrators]);
      const refused = await makeTag("v1", writer);
      expect(refused.status).to.equal(422);
      expect(refused.json.message).to.match(/Cannot create ref due to creations being restricted/);
      expect((await makeTag("other-1", writer)).status, "another name").to.equal(201);
      expect((await makeTag("v1")).status, "an administrator").to.equal(201);
      const deletion = await world.ask("DELETE", `${repositoryPath}/git/refs/tags/v1`, { token: writer });
      expect(deletion.status).to.equal(422);
      expect((await world.ask("DELETE", `${repositoryPath}/git/refs/tags/v1`)).status).to.equal(204);
    });

    it("lets a team by, if it is one of the organisation", async () => {
      expect((await makeRuleset([{ ...byTeam, actor_id: 1 }])).json.errors[0]).to.match(/must be part of/);
      await makeRuleset([byTeam]);
      expect((await makeTag("v2", writer)).status).to.equal(201);
      expect((await makeTag("v3")).status, "the administrator is none of the team").to.equal(422);
    });

    it("and holds pushes to it", async () => {
      await makeRuleset([byAdministrators]);
      const folder = await mkdtemp(join(tmpdir(), "tags-"));
      const url = (token: string) =>
        `http://x:${token}@127.0.0.1:${world.service().port}/example-org/kubernetes-manifests.git`;
      const git = (...args: string[]) => execa("git", ["-C", folder, ...args], { reject: false });
      await git("clone", "--quiet", url(writer), ".");
      await git("tag", "v9");
      await git("tag", "w9");
      const refused = await git("push", "origin", "v9");
      expect(refused.exitCode, refused.stderr).to.equal(1);
      expect(refused.stderr).to.match(/remote rejected.*v9/);
      expect((await git("push", "origin", "w9")).exitCode).to.equal(0);
      const allowed = await git("push", url("administrator-token"), "v9");
      expect(allowed.exitCode, allowed.stderr).to.equal(0);
      await rm(folder, { recursive: true });
    });
  });
});
