import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { githubToken, reviewer } from "../../sandbox/environment";
import { id } from "../../sandbox/github/resources";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { targetRepository } from "../../sandbox/world";
import { aws, succeeded } from "./deployedWorld";
import { inventory } from "./inventory";

const stack = "ja-production";
const { owner, name } = targetRepository;
const provider = "oidc-provider/token.actions.githubusercontent.com";

// One sandbox from nothing to nothing: each step builds on the one before.
describe("a stack to whose cluster releases are applied, with the real engine", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let without: Record<string, unknown>;

  const up = (...args: string[]) => sandbox.pulumi(["up", "--yes", "--skip-preview", ...args], { stack });
  const set = async (key: string, value: string) =>
    succeeded(await sandbox.pulumi(["config", "set", `eks-dryrun-runner:${key}`, value], { stack }));
  const ask = async (method: string, path: string, body?: object) => {
    const url = `http://127.0.0.1:${String(sandbox.state.ports.github)}/repos/${owner}/${name}${path}`;
    const headers = { authorization: `Bearer ${githubToken}` };
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, text: await answer.text() };
  };
  const environment = (method = "GET", body?: object) => ask(method, `/environments/${stack}`, body);
  const providers = async () =>
    (
      await aws<{ OpenIDConnectProviderList: { Arn: string }[] }>(
        sandbox,
        stack,
        "iam",
        "list-open-id-connect-providers",
      )
    ).OpenIDConnectProviderList.map(({ Arn }) => Arn);

  before(async () => {
    sandbox = await startSandbox();
    succeeded(await up());
    without = await inventory(sandbox, stack);
  });
  after(() => sandbox.stop());

  it("says of what is missing all at once, and makes nothing", async () => {
    await set("apply", "enabled");
    const { exitCode, all } = await up();
    expect(exitCode).to.not.equal(0);
    for (const key of ["targetRepositoryId", "targetRepositoryOwnerId", "releaseReviewers"])
      expect(all).to.include(`eks-dryrun-runner:${key} is missing, but apply is enabled`);
    expect(await inventory(sandbox, stack)).to.deep.equal(without);
  });

  it("gets a project that applies, who may start it, and a protected environment", async () => {
    await set("targetRepositoryId", String(id(`${owner}/${name}`)));
    await set("targetRepositoryOwnerId", String(id(owner)));
    await set("releaseReviewers", JSON.stringify([`user:${String(id(reviewer.login))}`]));
    succeeded(await up());
    const outputs = JSON.parse(
      succeeded(await sandbox.pulumi(["stack", "output", "--json"], { stack })),
    ) as Record<string, string>;
    expect(outputs.applyProjectName).to.equal("kubectl-to-trocco-production-apply");
    expect(outputs.releaseRoleArn).to.match(/role\/ja-production-release$/);
    const { text } = await environment();
    expect(text)
      .to.include('"prevent_self_review":true')
      .and.to.include('"can_admins_bypass":false')
      .and.to.include(reviewer.login);
    expect(await providers()).to.have.length(1);
    succeeded(await up("--refresh", "--expect-no-changes"));
  });

  it("stops where somebody has opened the environment by hand, and a refreshed update puts it back", async () => {
    const open = { prevent_self_review: false, can_admins_bypass: true, reviewers: [], wait_timer: 0 };
    const policies = { protected_branches: false, custom_branch_policies: true };
    expect((await environment("PUT", { ...open, deployment_branch_policy: policies })).status).to.equal(200);
    const { exitCode, all } = await up();
    expect(exitCode).to.not.equal(0);
    expect(all)
      .to.include(`The environment ${stack} of GitHub repository ${owner}/${name} is not protected`)
      .and.to.include("its reviewers are nobody, expected user:")
      .and.to.include("who starts a release may approve it")
      .and.to.include("administrators may go past the protection")
      .and.to.include("pulumi up --refresh");
    succeeded(await up("--refresh"));
    expect((await environment()).text).to.include(reviewer.login);
  });

  it("loses all of it when releases are not applied any more, but for the account's identity provider", async () => {
    for (const key of ["targetRepositoryId", "targetRepositoryOwnerId", "releaseReviewers"])
      succeeded(await sandbox.pulumi(["config", "rm", `eks-dryrun-runner:${key}`], { stack }));
    await set("apply", "disabled");
    succeeded(await up());
    expect(await inventory(sandbox, stack)).to.deep.equal(without);
    expect((await environment()).status).to.equal(404);
    expect((await ask("GET", "/rulesets")).text).to.not.include("tags of releases");
    expect(await providers()).to.deep.equal([`arn:aws:iam::123456789012:${provider}`]);
  });

  it("takes the identity provider up again that it left", async () => {
    await set("apply", "enabled");
    await set("targetRepositoryId", String(id(`${owner}/${name}`)));
    await set("targetRepositoryOwnerId", String(id(owner)));
    await set("releaseReviewers", JSON.stringify([`user:${String(id(reviewer.login))}`]));
    succeeded(await up());
    expect(await providers()).to.have.length(1);
    const { all } = await sandbox.pulumi(["stack", "--show-urns"], { stack });
    expect(all).to.include("aws:iam/openIdConnectProvider:OpenIdConnectProvider");
    succeeded(await up("--refresh", "--expect-no-changes"));
  });
});
