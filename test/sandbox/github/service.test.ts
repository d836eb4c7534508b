import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { RateLimit } from "../../../sandbox/github/rateLimit";
import {
  base64,
  owner,
  repositoryPath,
  startWorld,
  withoutRepo,
  writer,
  type Resource,
  type World,
  type Written,
} from "./world";

describe("the sandbox's GitHub: accounts, refs, history and protection", function () {
  this.timeout(240_000);
  let world: World;

  before(async () => {
    world = await startWorld();
  });
  after(() => world.end());

  const at = <Body = Resource>(path: string, token?: string) =>
    world.ask<Body>("GET", `${repositoryPath}${path}`, { token });
  const put = (path: string, branch: string, token?: string) =>
    world.ask<Written>("PUT", `${repositoryPath}/contents/${path}`, {
      token,
      body: { message: `Write ${path}`, content: base64(path), branch },
    });
  const refs = (method: string, ref: string, body?: unknown) =>
    world.ask(method, `${repositoryPath}/git/refs${ref}`, { body });
  const head = async (branch = "main") => (await at(`/git/ref/heads/${branch}`)).json.object.sha;

  describe("who asks", () => {
    it("answers 401 without a token and with a wrong one", async () => {
      const without = await world.ask("GET", "/user", { token: "" });
      expect([without.status, without.json.message]).to.deep.equal([401, "Requires authentication"]);
      const wrong = await world.ask("GET", "/api/v3/user", { token: "wrong" });
      expect([wrong.status, wrong.json.message]).to.deep.equal([401, "Bad credentials"]);
      expect((await at("", "constructor")).status).to.equal(401);
    });

    it("takes both ways to send a token", async () => {
      const headers = { authorization: `token ${writer}` };
      expect((await world.ask("GET", "/user", { token: "", headers })).json.login).to.equal(
        "example-org-deployer",
      );
    });

    it("shows the token's scopes and what is left of the rate limit", async () => {
      const first = (await world.ask("GET", "/user")).headers;
      const second = (await world.ask("GET", "/absent")).headers;
      expect(first.get("x-oauth-scopes")).to.equal("repo, workflow");
      expect(first.get("x-ratelimit-limit")).to.equal("5000");
      const left = (headers: Headers) => Number(headers.get("x-ratelimit-remaining"));
      expect(left(first) - left(second)).to.equal(1);
    });

    it("hides the repository from a token without the scope `repo`", async () => {
      expect((await at("", withoutRepo)).status).to.equal(404);
      expect((await at("/contents/README.md", withoutRepo)).status).to.equal(404);
      expect((await world.ask("GET", "/user", { token: withoutRepo })).status).to.equal(200);
    });

    it("knows the organization, its repository and the users", async () => {
      expect((await world.ask("GET", "/api/v3/orgs/example-org")).json.type).to.equal("Organization");
      expect((await world.ask("GET", "/orgs/absent")).status).to.equal(404);
      expect((await world.ask("GET", "/users/example-org-bot")).json.type).to.equal("User");
      expect((await world.ask("GET", "/users/absent")).status).to.equal(404);
      const { json } = await at("");
      expect(json).to.include({
        full_name: "example-org/kubernetes-manifests",
        default_branch: "main",
        private: true,
      });
      expect(json.permissions).to.deep.equal({ admin: true, push: true, pull: true });
    });
  });

  it("shows the organization's installations to an owner, and to nobody else", async () => {
    const installations = "/orgs/example-org/installations";
    const { json } = await world.ask<{ total_count: number; installations: object[] }>(
      "GET",
      `${installations}?per_page=100`,
      { token: owner },
    );
    expect(json.total_count).to.equal(1);
    expect(json.installations[0]).to.include({
      app_slug: "aws-connector-for-github",
      repository_selection: "selected",
    });
    expect((await world.ask("GET", installations)).status).to.equal(403);
    expect((await world.ask("GET", installations, { token: writer })).status).to.equal(403);
    expect((await world.ask("GET", "/orgs/absent/installations", { token: owner })).status).to.equal(404);
  });

  it("answers 501 to a route that it does not have, and remembers it", async () => {
    const { status, json } = await world.ask("POST", `/api/v3${repositoryPath}/milestones`, { body: {} });
    expect(status).to.equal(501);
    expect(json.message).to.contain(`POST ${repositoryPath}/milestones`);
    expect(world.store.read().unknownRoutes).to.include(`POST ${repositoryPath}/milestones`);
  });

  it("answers 501 to a parameter that it would have to ignore", async () => {
    expect((await at("/commits?author=example-org-bot")).status).to.equal(501);
  });

  describe("refs", () => {
    it("makes, moves and deletes a branch", async () => {
      const start = await head();
      expect((await refs("POST", "", { ref: "refs/heads/moving", sha: start })).status).to.equal(201);
      const { json } = await put("docs/moving.md", "moving");
      const back = await refs("PATCH", "/heads/moving", { sha: start });
      expect([back.status, back.json.message]).to.deep.equal([422, "Update is not a fast forward"]);
      expect((await refs("PATCH", "/heads/moving", { sha: start, force: true })).json.object.sha).to.equal(
        start,
      );
      expect((await refs("PATCH", "/heads/moving", { sha: json.commit.sha })).status).to.equal(200);
      expect(await head("moving")).to.equal(json.commit.sha);
      expect((await refs("DELETE", "/heads/moving")).status).to.equal(204);
      expect((await at("/git/ref/heads/moving")).status).to.equal(404);
    });

    it("refuses a ref that exists, is malformed or points nowhere", async () => {
      const sha = await head();
      const message = async (...request: Parameters<typeof refs>) => {
        const { status, json } = await refs(...request);
        return `${status} ${json.message}`;
      };
      expect(await message("POST", "", { ref: "refs/heads/main", sha })).to.equal(
        "422 Reference already exists",
      );
      expect(await message("POST", "", { ref: "main", sha })).to.match(/^422 /);
      expect(await message("POST", "", { ref: "refs/heads/a..b", sha })).to.match(/^422 /);
      const absent = "1".repeat(40);
      expect(await message("POST", "", { ref: "refs/heads/x", sha: absent })).to.equal(
        "422 Object does not exist",
      );
      expect(await message("PATCH", "/heads/x", { sha })).to.equal("422 Reference does not exist");
      expect(await message("DELETE", "/heads/x")).to.equal("422 Reference does not exist");
    });
  });

  describe("history", () => {
    it("lists the commits of a path, page by page", async () => {
      await refs("POST", "", { ref: "refs/heads/history", sha: await head() });
      await put("docs/history-1.md", "history");
      await put("docs/history-2.md", "history");
      const first = await at<Resource[]>("/commits?sha=history&path=docs&per_page=1");
      expect(first.json.map((commit) => commit.commit.message)).to.deep.equal(["Write docs/history-2.md"]);
      expect(first.json[0]?.author.login).to.equal("example-org-bot");
      const next = /<(.+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
      const second = await world.ask<Resource[]>("GET", new URL(next).pathname + new URL(next).search);
      expect(second.json[0]?.commit.message).to.equal("Write docs/history-1.md");
      expect(second.headers.get("link")).to.equal(null);
      expect((await at("/commits?sha=absent")).status).to.equal(404);
    });

    it("shows a commit with the files it changed", async () => {
      const { json } = await at("/commits/main");
      expect(json.files).to.have.length(1);
      expect(json.files[0]).to.include({
        filename: ".github/workflows/render-manifests.yml",
        status: "added",
      });
      expect(json.stats.additions).to.equal(json.files[0]?.additions);
      expect(json.author).to.equal(null);
      expect((await at("/commits/absent")).status).to.equal(422);
    });

    it("shows trees and blobs", async () => {
      const { json } = await at("/git/trees/main?recursive=1");
      const readme = json.tree.find((entry) => entry.path === "README.md");
      const blob = (await at(`/git/blobs/${readme?.sha}`)).json;
      expect(Buffer.from(blob.content, "base64").toString()).to.match(/^# kubernetes-manifests/);
      expect(json.tree.map((entry) => entry.path)).to.include("k8s/base/kustomization.yaml");
      expect((await at("/git/blobs/main")).status).to.equal(404);
    });

    it("shows a committed file and its commit to a browser", async () => {
      const page = await world.ask("GET", "/example-org/kubernetes-manifests/blob/main/README.md", {
        token: "",
      });
      expect(page.text).to.match(/^# kubernetes-manifests/);
      const commit = `/example-org/kubernetes-manifests/commit/${await head()}`;
      expect((await world.ask("GET", commit, { token: "" })).text).to.contain("Render every overlay");
    });
  });

  describe("a protected branch", () => {
    const rules = {
      required_status_checks: null,
      enforce_admins: null,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    };
    const protection = (method: string, body?: unknown, token?: string) =>
      world.ask(method, `${repositoryPath}/branches/guarded/protection`, { token, body });

    before(async () => {
      await refs("POST", "", { ref: "refs/heads/guarded", sha: await head() });
    });

    it("answers 409 with every rule that is broken", async () => {
      const refusal = async (change: object) => {
        await protection("PUT", { ...rules, ...change });
        const { status, json } = await put("docs/guarded.md", "guarded", writer);
        return `${status} ${json.message}`;
      };
      expect(await refusal({})).to.equal(
        "409 Could not create file: Changes must be made through a pull request.",
      );
      const checks = { strict: true, contexts: ["gate", "render"] };
      expect(await refusal({ required_status_checks: checks })).to.equal(
        "409 Could not create file: 2 of 2 required status checks are expected. " +
          "Changes must be made through a pull request.",
      );
      const restrictions = { users: [], teams: [] };
      expect(await refusal({ required_pull_request_reviews: null, restrictions })).to.contain(
        "not authorized to push",
      );
      expect((await at("/contents/docs/guarded.md?ref=guarded")).status).to.equal(404);
    });

    it("holds administrators only if it says so", async () => {
      await protection("PUT", rules);
      expect((await put("docs/by-administrator-1.md", "guarded")).status).to.equal(201);
      await protection("PUT", { ...rules, enforce_admins: true });
      expect((await put("docs/by-administrator-2.md", "guarded")).status).to.equal(409);
      expect((await refs("DELETE", "/heads/guarded")).status).to.equal(422);
      expect((await refs("PATCH", "/heads/guarded", { sha: await head("guarded") })).status).to.equal(422);
    });

    it("shows in the list of branches, and is off after it was deleted", async () => {
      await protection("PUT", rules);
      const branches = (await at<Resource[]>("/branches")).json;
      expect(branches.filter((branch) => branch.protected).map(({ name }) => name)).to.deep.equal([
        "guarded",
      ]);
      expect((await at("/branches/guarded")).json.protected).to.equal(true);
      expect((await protection("GET")).json.enforce_admins.enabled).to.equal(false);
      expect((await protection("DELETE")).status).to.equal(204);
      expect((await protection("GET")).json.message).to.equal("Branch not protected");
      expect((await put("docs/unguarded.md", "guarded", writer)).status).to.equal(201);
    });

    it("is seen and changed only by administrators, and needs all four rules", async () => {
      expect((await protection("PUT", rules, writer)).status).to.equal(404);
      expect((await protection("GET", undefined, writer)).status).to.equal(404);
      const incomplete = await protection("PUT", { enforce_admins: true });
      expect([incomplete.status, incomplete.json.message]).to.deep.equal([
        422,
        'Invalid request.\n\n"required_status_checks" wasn\'t supplied.',
      ]);
      expect((await at("/branches/absent/protection")).json.message).to.equal("Branch not found");
    });
  });
});

describe("the sandbox's GitHub: rate limit", () => {
  it("refuses the 5001st request of an hour and starts anew in the next", () => {
    let now = 1_000_000;
    const limit = new RateLimit(() => now);
    for (let request = 0; request < 5000; request += 1) expect(limit.count("a").exceeded).to.equal(false);
    expect(limit.count("a")).to.deep.include({ exceeded: true });
    expect(limit.count("a").headers["x-ratelimit-remaining"]).to.equal("0");
    expect(limit.count("b").exceeded).to.equal(false);
    now += 3600;
    expect(limit.count("a").exceeded).to.equal(false);
  });
});
