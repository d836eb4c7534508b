import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { startClock } from "../../../../sandbox/github/clock";
import { issuerPath } from "../../../../sandbox/github/routes/openIdConnect";
import { id } from "../../../../sandbox/github/resources";
import { verifyToken } from "../../../../sandbox/openIdConnect/verify";
import { administrator, owner, repositoryPath, writer } from "../world";
import { QuickExecutor } from "./quickExecutor";
import { eventually, startActionsWorld, type ActionsWorld, type JobSeen, type RunSeen } from "./world";

const fullName = "example-org/kubernetes-manifests";
const path = ".github/workflows/apply-environment.yml";
const caller = `
name: Apply
on:
  release: { types: [published] }
  workflow_dispatch:
    inputs:
      environment: { required: true, type: string }
      delete: { type: string, default: "" }
permissions: {}
jobs:
  compare:
    runs-on: ubuntu-24.04
    steps: [{ run: "true" }]
  ja:
    needs: compare
    if: github.event_name == 'release' || inputs.environment == 'ja-production'
    uses: ${fullName}/${path}@main
    permissions: { id-token: write, contents: read }
    with: { environment: ja-production, commit: "\${{ github.sha }}" }
  kr:
    needs: [compare, ja]
    if: github.event_name == 'release' || inputs.environment == 'kr-production'
    uses: ${fullName}/${path}@main
    permissions: { id-token: write, contents: read }
    with: { environment: kr-production, commit: "\${{ github.sha }}" }
`;
const called = `
name: Apply to an environment
on:
  workflow_call:
    inputs:
      environment: { required: true, type: string }
      commit: { required: true, type: string }
permissions: {}
jobs:
  apply:
    runs-on: ubuntu-24.04
    environment: \${{ inputs.environment }}
    concurrency: { group: "apply-\${{ inputs.environment }}", cancel-in-progress: false }
    permissions: { id-token: write, contents: read }
    steps: [{ run: "true" }]
`;

interface Pending {
  environment: { id: number; name: string };
  current_user_can_approve: boolean;
}

// https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/review-deployments
describe("the sandbox's GitHub: releases that deploy to protected environments", function () {
  this.timeout(300_000);
  const executor = new QuickExecutor();
  let world: ActionsWorld;
  let count = 0;

  before(async () => {
    world = await startActionsWorld(caller, { executor, clock: startClock(1) });
    await world.commit("main", { [path]: called });
  });
  after(() => world.end());
  afterEach(async () => {
    executor.held.clear();
    await world.store.change((state) => {
      state.environments = {};
      state.plans = {};
    });
  });

  const ask = <Body>(method: string, where: string, body?: unknown, token?: string) =>
    world.ask<Body>(method, `${repositoryPath}${where}`, { body, token });
  /** Protects an environment: reviewed by the owner, from main and tags that begin with v. */
  const protect = async (name: string) => {
    await ask("PUT", `/environments/${name}`, {
      prevent_self_review: true,
      can_admins_bypass: false,
      reviewers: [
        { type: "User", id: id("example-org-owner") },
        { type: "User", id: id("example-org-bot") },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const policies = `/environments/${name}/deployment-branch-policies`;
    await ask("POST", policies, { name: "main" });
    await ask("POST", policies, { name: "v*", type: "tag" });
  };
  const publish = async (tag = `v${String((count += 1))}`, more: object = {}, token?: string) => {
    const { json } = await ask<{ id: number; tag_name: string; message: string }>(
      "POST",
      "/releases",
      { tag_name: tag, ...more },
      token,
    );
    return json;
  };
  const runOf = (event: string, branch: string) =>
    eventually(async () => {
      const found = await ask<{ workflow_runs: RunSeen[] }>(
        "GET",
        `/actions/runs?event=${event}&branch=${branch}`,
      );
      return found.json.workflow_runs[0];
    });
  const jobsOf = async ({ id: run }: RunSeen) =>
    Object.fromEntries((await world.jobs(run)).map((job): [string, JobSeen] => [job.name, job]));
  const job = (run: RunSeen, name: string, status: string) =>
    eventually(async () => {
      const found = (await jobsOf(run))[name];
      return found?.status === status ? found : undefined;
    });
  const pending = async (run: RunSeen, token?: string) =>
    (await ask<Pending[]>("GET", `/actions/runs/${run.id}/pending_deployments`, undefined, token)).json;
  const review = async (run: RunSeen, state: string, token: string) => {
    const environment_ids = (await pending(run)).map(({ environment }) => environment.id);
    const body = { environment_ids, state, comment: "Seen" };
    return ask<{ message: string }>("POST", `/actions/runs/${run.id}/pending_deployments`, body, token);
  };
  const end = (run: RunSeen) =>
    eventually(async () => {
      const { json } = await ask<RunSeen>("GET", `/actions/runs/${run.id}`);
      return json.status === "completed" ? json : undefined;
    });

  it("asks for approval of one environment after the other, by a reviewer who did not start it", async () => {
    await protect("ja-production");
    await protect("kr-production");
    const run = await runOf("release", (await publish()).tag_name);
    await job(run, "ja / apply", "waiting");
    expect((await ask<RunSeen>("GET", `/actions/runs/${run.id}`)).json.status).to.equal("waiting");
    expect(Object.keys(await jobsOf(run)), "the next environment comes later").not.to.include("kr / apply");
    expect((await pending(run)).map(({ environment }) => environment.name)).to.deep.equal(["ja-production"]);
    expect((await pending(run, administrator))[0]?.current_user_can_approve, "who published").to.equal(false);
    expect((await review(run, "approved", administrator)).status, "self-review").to.equal(422);
    expect((await review(run, "approved", writer)).status, "no reviewer").to.equal(422);
    expect((await review(run, "approved", owner)).status).to.equal(200);
    await job(run, "kr / apply", "waiting");
    await review(run, "approved", owner);
    expect((await end(run)).conclusion).to.equal("success");
    const seen = executor.messages.filter(({ name }) => name === "ja / apply").at(-1);
    expect(seen?.inputs).to.include({ environment: "ja-production" });
    expect(seen?.github.job).to.equal("apply");
    expect(seen?.secrets, "nothing that the call does not hand over").to.deep.equal({});
    const approvals = await ask<{ state: string }[]>("GET", `/actions/runs/${run.id}/approvals`);
    expect(approvals.json.map(({ state }) => state)).to.deep.equal(["approved", "approved"]);
  });

  it("ends a run whose deployment is rejected, and all that comes after it", async () => {
    await protect("ja-production");
    const run = await runOf("release", (await publish()).tag_name);
    await job(run, "ja / apply", "waiting");
    await review(run, "rejected", owner);
    expect((await end(run)).conclusion).to.equal("failure");
    expect((await jobsOf(run))["kr / apply"]?.conclusion).to.equal("skipped");
  });

  it("fails a job of a tag, a branch or a pull request that may not deploy", async () => {
    await protect("ja-production");
    const ofTag = await runOf("release", (await publish("w1")).tag_name);
    expect((await end(ofTag)).conclusion).to.equal("failure");
    expect((await jobsOf(ofTag))["ja / apply"]?.conclusion).to.equal("failure");
    await world.commit("elsewhere", { "docs/x.md": "x" });
    await ask("POST", "/actions/workflows/test.yml/dispatches", {
      ref: "elsewhere",
      inputs: { environment: "ja-production" },
    });
    expect((await end(await runOf("workflow_dispatch", "elsewhere"))).conclusion).to.equal("failure");
    const hostile = caller
      .replace("release: { types: [published] }", "pull_request:")
      .replaceAll("github.event_name == 'release'", "always()");
    const sha = await world.commit("hostile", { ".github/workflows/test.yml": hostile });
    await world.open("hostile");
    const { jobs } = await world.ended(sha);
    expect(jobs["ja / apply"]?.conclusion).to.equal("failure");
  });

  it("starts one environment by hand, with its inputs", async () => {
    const start = (body: object, token?: string) =>
      ask<{ message: string }>("POST", "/actions/workflows/test.yml/dispatches", body, token);
    expect((await start({ ref: "main" })).json.message).to.match(/Required input 'environment' not provided/);
    expect((await start({ ref: "main", inputs: { environment: "a", other: "b" } })).json.message).to.match(
      /Unexpected inputs provided: \["other"\]/,
    );
    expect((await start({ ref: "gone", inputs: {} })).json.message).to.match(/No ref found for: gone/);
    expect((await start({ ref: "main", inputs: { environment: "kr-production" } })).status).to.equal(204);
    const run = await runOf("workflow_dispatch", "main");
    await end(run);
    const jobs = await jobsOf(run);
    expect(jobs["ja / apply"]?.conclusion).to.equal("skipped");
    // Its `needs` was skipped, so it is too, as on GitHub.
    expect(jobs["kr / apply"]?.conclusion).to.equal("skipped");
    await start({ ref: "main", inputs: { environment: "ja-production" } });
    const next = await eventually(async () => {
      const found = await runOf("workflow_dispatch", "main");
      return found.id === run.id ? undefined : found;
    });
    await end(next);
    expect((await jobsOf(next))["ja / apply"]?.conclusion).to.equal("success");
  });

  it("makes an environment that is not there, without protection, and ignores what is not paid for", async () => {
    const first = await runOf("release", (await publish()).tag_name);
    expect((await end(first)).conclusion).to.equal("success");
    const made = await ask<{ protection_rules: object[] }>("GET", "/environments/ja-production");
    expect(made.json.protection_rules).to.deep.equal([]);
    await protect("ja-production");
    await world.store.change((state) => {
      state.plans = { "example-org": "team" };
    });
    const second = await runOf("release", (await publish()).tag_name);
    expect((await end(second)).conclusion).to.equal("success");
  });

  it("names environment and called workflow in the identity of a job", async () => {
    executor.held.add("apply");
    const run = await runOf("release", (await publish()).tag_name);
    const running = await eventually(() => executor.running.get("ja / apply"));
    const { identity } = running.message;
    const answer = await fetch(`${identity?.url ?? ""}&audience=sts.amazonaws.com`, {
      headers: { authorization: `Bearer ${identity?.token ?? ""}` },
    });
    const { value } = (await answer.json()) as { value: string };
    const issuer = `http://127.0.0.1:${world.service().port}${issuerPath}`;
    const { claims } = await verifyToken(value, { "token.actions.githubusercontent.com": issuer });
    expect(claims).to.include({
      environment: "ja-production",
      job_workflow_ref: `${fullName}/${path}@refs/heads/main`,
      event_name: "release",
      ref_type: "tag",
    });
    expect(claims.sub).to.match(/^repo:example-org@\d+\/kubernetes-manifests@\d+:environment:ja-production$/);
    executor.held.clear();
    running.end();
    await end(run);
  });

  it("takes a tag before a branch of its name, in what is called", async () => {
    await world.commit("hostile-called", { [path]: called.replace("apply:", "hostile:") });
    const sha = (await ask<{ object: { sha: string } }>("GET", "/git/ref/heads/hostile-called")).json.object
      .sha;
    await ask("POST", "/git/refs", { ref: "refs/tags/main", sha });
    const run = await runOf("release", (await publish()).tag_name);
    await end(run);
    expect(Object.keys(await jobsOf(run))).to.include("ja / hostile");
    await ask("DELETE", "/git/refs/tags/main");
  });

  it("tells workflows of pushed tags, and of branches where they name no tags", async () => {
    const pushed = (on: string) =>
      `name: Pushed\non: ${on}\npermissions: {}\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps: [{ run: "true" }]\n`;
    const sha = await world.commit("with-push", {
      ".github/workflows/pushed.yml": pushed("{ push: { tags: ['p*'] } }"),
    });
    await ask("POST", "/git/refs", { ref: "refs/heads/copied", sha });
    await ask("POST", "/git/refs", { ref: "refs/tags/p1", sha });
    expect((await end(await runOf("push", "p1"))).conclusion).to.equal("success");
    const branches = await ask<{ total_count: number }>("GET", "/actions/runs?event=push&branch=copied");
    expect(branches.json.total_count).to.equal(0);
  });

  it("keeps a release's text, and a draft to itself", async () => {
    const draft = await publish("v900", { draft: true, body: "one" });
    await ask("PATCH", `/releases/${draft.id}`, { body: "two" });
    const found = await ask<{ body: string }>("GET", `/releases/${draft.id}`);
    expect(found.json.body).to.equal("two");
    expect((await ask("GET", "/releases/tags/v900")).status).to.equal(404);
    expect((await ask("GET", "/git/ref/tags/v900")).status).to.equal(404);
    expect((await publish("v900")).message).to.equal("Validation Failed");
  });
});
