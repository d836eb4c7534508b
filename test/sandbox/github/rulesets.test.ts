import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { QuickExecutor } from "./actions/quickExecutor";
import { eventually, startActionsWorld, type ActionsWorld } from "./actions/world";
import { administrator, base64, repositoryPath, writer } from "./world";

const workflow = `
name: Test
on: pull_request
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-24.04
    steps: [{ run: "true" }]
`;

const app = "app-token";
const lesserApp = "lesser-app-token";
const appId = 4711;

const requirePullRequest = {
  type: "pull_request",
  parameters: {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: 0,
    required_review_thread_resolution: false,
  },
};
const requireChecks = (...required_status_checks: { context: string; integration_id?: number }[]) => ({
  type: "required_status_checks",
  parameters: { required_status_checks, strict_required_status_checks_policy: false },
});
const letBy = (actor_type: string, actor_id: number, bypass_mode = "always") => ({
  actor_type,
  actor_id,
  bypass_mode,
});

const pullRequestOnly =
  "Repository rule violations found\n\nChanges must be made through a pull request.\n\n";
const checkExpected = 'Repository rule violations found\n\nRequired status check "gate" is expected.\n\n';

interface Ruleset {
  id: number;
  name: string;
  message: string;
  errors: string[];
  bypass_actors?: unknown[];
  rules: { type: string }[];
}

describe("the sandbox's GitHub: rulesets", function () {
  this.timeout(120_000);
  const executor = new QuickExecutor();
  let world: ActionsWorld;
  let count = 0;

  before(async () => {
    world = await startActionsWorld(workflow, { executor });
    await world.store.change(({ tokens }) => {
      const login = "an-app[bot]";
      const permissions = { contents: "write", workflows: "write" } as const;
      tokens[app] = {
        login,
        scopes: ["repo", "workflow"],
        role: "write",
        app: {
          id: appId,
          permissions: { ...permissions, administration: "write", "pull-requests": "write" },
        },
      };
      tokens[lesserApp] = { login, scopes: ["repo"], role: "write", app: { id: 4712, permissions } };
    });
  });
  after(() => world.end());
  afterEach(async () => {
    executor.held.clear();
    for (const { id } of (await ask<Ruleset[]>("GET", "/rulesets")).json)
      await ask("DELETE", `/rulesets/${id}`);
  });

  const ask = <Body = Ruleset>(method: string, path: string, body?: unknown, token = administrator) =>
    world.ask<Body>(method, `${repositoryPath}${path}`, { token, ...(body === undefined ? {} : { body }) });
  const ruleset = (rules: unknown[], more: object = {}) => ({
    name: "Default branch",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules,
    ...more,
  });
  const made = async (rules: unknown[], more: object = {}) => {
    const { status, json } = await ask("POST", "/rulesets", ruleset(rules, more));
    expect(status, json.message).to.equal(201);
    return json;
  };
  /** Commits a new file to a branch and says what came of it. */
  const write = async (token: string, branch = "main", path = `docs/${String((count += 1))}.md`) => {
    const body = { message: "Write", content: base64("text"), branch };
    const { status, json } = await ask("PUT", `/contents/${path}`, body, token);
    return [status, json.message ?? ""];
  };
  const opened = async () => {
    const branch = `branch-${String((count += 1))}`;
    const sha = await world.commit(branch, { [`docs/${branch}.md`]: "text" });
    return { branch, sha, pull: await world.open(branch) };
  };
  const merge = async (number: number, token = writer) => {
    const { status, json } = await ask("PUT", `/pulls/${String(number)}/merge`, {}, token);
    return [status, json.message];
  };

  it("refuse a direct commit that has to come by a pull request, but for those whom they let by", async () => {
    await made([requirePullRequest], {
      bypass_actors: [letBy("Integration", appId), letBy("RepositoryRole", 5)],
    });
    expect(await write(writer)).to.deep.equal([409, pullRequestOnly]);
    expect(await write(lesserApp)).to.deep.equal([409, pullRequestOnly]);
    expect((await write(app))[0]).to.equal(201);
    expect((await write(administrator))[0]).to.equal(201);
  });

  it("hold administrators too, unless they are let by", async () => {
    await made([requirePullRequest]);
    expect((await write(administrator))[0]).to.equal(409);
  });

  it("refuse a ref that is moved, and a push, as they refuse a commit", async () => {
    const { sha, branch } = await opened();
    await made([requirePullRequest], { bypass_actors: [letBy("Integration", appId)] });
    const moved = await ask("PATCH", "/git/refs/heads/main", { sha }, writer);
    expect([moved.status, moved.json.message]).to.deep.equal([422, pullRequestOnly]);

    const clone = await mkdtemp(join(tmpdir(), "rulesets-"));
    const pushed = async (token: string) => {
      const url = `http://x:${token}@127.0.0.1:${world.service().port}/${repositoryPath.slice(7)}.git`;
      return (await execa("git", ["-C", clone, "push", url, `${branch}:main`], { reject: false })).exitCode;
    };
    try {
      await execa("git", ["clone", "--quiet", "--branch", branch, world.repository, clone]);
      expect(await pushed(writer)).to.not.equal(0);
      expect(await pushed(app)).to.equal(0);
    } finally {
      await rm(clone, { recursive: true, force: true });
    }
  });

  it("leave other branches, and what they are switched off for, alone", async () => {
    const { branch } = await opened();
    await made([requirePullRequest]);
    expect((await write(writer, branch))[0]).to.equal(201);
    await made([requirePullRequest], { name: "Off", enforcement: "disabled" });
    const excluded = { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: ["refs/heads/main"] } };
    await made([requirePullRequest], { name: "Not main", conditions: excluded });
    const { json } = await ask<unknown[]>("GET", "/rules/branches/main");
    expect(json).to.have.length(1);
  });

  it("let a pull request merge only when the required check of GitHub Actions has succeeded", async () => {
    await made([requirePullRequest, requireChecks({ context: "gate", integration_id: 15368 })]);
    executor.held.add("gate");
    const { sha, pull } = await opened();
    expect(await merge(pull.number)).to.deep.equal([405, checkExpected]);
    (await eventually(() => executor.running.get("gate"))).end({ conclusion: "failure" });
    await world.ended(sha);
    expect(await merge(pull.number)).to.deep.equal([405, checkExpected.replace("expected", "failing")]);

    executor.held.clear();
    const second = await opened();
    await world.ended(second.sha);
    expect((await merge(second.pull.number))[0]).to.equal(200);
  });

  it("do not take the check of GitHub Actions for that of another app", async () => {
    await made([requireChecks({ context: "gate", integration_id: appId })]);
    const { sha, pull } = await opened();
    await world.ended(sha);
    expect(await merge(pull.number)).to.deep.equal([405, checkExpected]);
  });

  it("refuse a direct commit where a check is required: it never has one", async () => {
    await made([requireChecks({ context: "gate" })]);
    expect(await write(administrator)).to.deep.equal([409, checkExpected]);
    await made([requireChecks({ context: "one" }, { context: "other" })], { name: "Two" });
    expect((await write(administrator))[1]).to.include("2 of 2 required status checks are expected.");
  });

  it("let by for pull requests only, where the mode says so", async () => {
    await made([requireChecks({ context: "nobody reports this" })], {
      bypass_actors: [letBy("Integration", appId, "pull_request")],
    });
    expect((await write(app))[0]).to.equal(409);
    expect((await merge((await opened()).pull.number, app))[0]).to.equal(200);
  });

  it("are made, read, changed and deleted by administrators, and by apps that may", async () => {
    const { id } = (await ask("POST", "/rulesets", ruleset([{ type: "deletion" }]), app)).json;
    const named = (await ask("PUT", `/rulesets/${id}`, ruleset([{ type: "deletion" }], { name: "New" })))
      .json;
    expect(named).to.include({ id, name: "New" });
    expect((await ask("GET", `/rulesets/${id}`)).json.bypass_actors).to.deep.equal([]);
    expect((await ask("GET", `/rulesets/${id}`, undefined, writer)).json).to.not.have.property(
      "bypass_actors",
    );
    expect((await ask("POST", "/rulesets", ruleset([]), writer)).status).to.equal(404);
    const refused = await ask("POST", "/rulesets", ruleset([]), lesserApp);
    expect([refused.status, refused.json.message]).to.deep.equal([
      403,
      "Resource not accessible by integration",
    ]);
    expect((await ask("DELETE", `/rulesets/${id}`)).status).to.equal(204);
    expect((await ask("GET", `/rulesets/${id}`)).status).to.equal(404);
  });

  it("refuse a second of a name, an app that is not installed, and rules that nobody here would hold", async () => {
    await made([]);
    expect((await ask("POST", "/rulesets", ruleset([]))).json.errors).to.deep.equal(["Name must be unique"]);
    // GitHub Actions is installed nowhere.
    const bypass = { name: "Other", bypass_actors: [letBy("Integration", 15368)] };
    const { status, json } = await ask("POST", "/rulesets", ruleset([], bypass));
    expect(status).to.equal(422);
    expect(json.errors[0]).to.match(/must be part of the ruleset source or owner organization$/);
    expect((await ask("POST", "/rulesets", ruleset([{ type: "required_signatures" }]))).status).to.equal(422);
  });
});

describe("the sandbox's GitHub: an app, and a repository's settings", function () {
  this.timeout(60_000);
  const executor = new QuickExecutor();
  let world: ActionsWorld;

  before(async () => {
    world = await startActionsWorld(workflow, {
      executor,
      app: {
        id: appId,
        slug: "an-app",
        token: app,
        permissions: { contents: "write", "pull-requests": "write" },
      },
    });
  });
  after(() => world.end());

  const ask = (method: string, path: string, body?: unknown, token = administrator) =>
    world.ask<{ message: string; user: { login: string } }>(method, path, {
      token,
      ...(body === undefined ? {} : { body }),
    });

  it("knows no user behind the token of an app, and its commits and pull requests by its name", async () => {
    expect((await ask("GET", "/user", undefined, app)).status).to.equal(403);
    expect((await ask("GET", "/orgs/example-org", undefined, app)).status).to.equal(200);
    await world.commit("by-app", { "docs/app.md": "text" });
    const pull = { title: "By an app", head: "by-app", base: "main" };
    const { json } = await ask("POST", `${repositoryPath}/pulls`, pull, app);
    expect(json.user.login).to.equal("an-app[bot]");
  });

  it("lets an app write what it has permissions for, workflows apart", async () => {
    const body = { message: "Write", content: base64("text") };
    const put = async (path: string) =>
      (await ask("PUT", `${repositoryPath}/contents/${path}`, body, app)).status;
    expect(await put("docs/new.md")).to.equal(201);
    expect(await put(".github/workflows/new.yml")).to.equal(404);
    expect((await ask("POST", `${repositoryPath}/rulesets`, {}, app)).status).to.equal(403);
    expect((await ask("GET", `${repositoryPath}/hooks`, undefined, app)).status).to.equal(403);
  });

  it("deletes the branch of a merged pull request where it is set to", async () => {
    const branches = async () =>
      (await world.ask<{ name: string }[]>("GET", `${repositoryPath}/branches`)).json.map(({ name }) => name);
    const mergedFrom = async (branch: string) => {
      await world.commit(branch, { [`docs/${branch}.md`]: "text" });
      const { number } = await world.open(branch);
      expect((await ask("PUT", `${repositoryPath}/pulls/${number}/merge`, {})).status).to.equal(200);
    };
    await mergedFrom("stays");
    await ask("PATCH", repositoryPath, { delete_branch_on_merge: true });
    await mergedFrom("goes");
    expect(await branches())
      .to.include("stays")
      .and.to.not.include("goes");
  });

  it("runs no workflow while Actions are switched off", async () => {
    await ask("PUT", `${repositoryPath}/actions/permissions`, { enabled: false });
    const sha = await world.commit("quiet", { "docs/quiet.md": "text" });
    await world.open("quiet");
    expect(await world.runs(sha)).to.deep.equal([]);
    await ask("PUT", `${repositoryPath}/actions/permissions`, { enabled: true });
    const loud = await world.commit("loud", { "docs/loud.md": "text" });
    await world.open("loud");
    expect(await world.runs(loud)).to.have.length(1);
  });
});
