import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { githubApp, githubToken } from "../../sandbox/environment";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { targetRepository } from "../../sandbox/world";
import { succeeded } from "./deployedWorld";

const stack = "ja-production";
const workflowPath = ".github/workflows/k8s-dryrun.yml";
const { owner, name } = targetRepository;

interface PullRequest {
  number: number;
  state: string;
  merged_at: string | null;
  user: { login: string };
  head: { ref: string };
}

interface Ruleset {
  id: number;
  name: string;
  bypass_actors: { actor_type: string }[];
}

// One sandbox from nothing to nothing: each step builds on the one before. The default branch requires pull requests.
describe("the way of the committed files onto a protected branch, with the real engine", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let untouched: string;

  const up = (...args: string[]) => sandbox.pulumi(["up", "--yes", "--skip-preview", ...args], { stack });
  const upAgain = async () => succeeded(await up("--refresh", "--expect-no-changes"));
  const set = async (key: string, value: string) =>
    succeeded(await sandbox.pulumi(["config", "set", `eks-dryrun-runner:${key}`, value], { stack }));
  const git = async (...args: string[]) => succeeded(await sandbox.git(args)).trim();
  const filesOf = (branch: string) => git("ls-tree", "-r", branch);
  /** Minutes that the workflow on a branch waits for a runner: what these tests change about it. */
  const minutesOn = async (branch: string) =>
    /runner-start-minutes: "?(\d+)/.exec(await git("show", `${branch}:${workflowPath}`))?.[1];
  const ask = async <T>(method: string, path: string, body?: unknown) => {
    const url = `http://127.0.0.1:${String(sandbox.state.ports.github)}/repos/${owner}/${name}${path}`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${githubToken}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, json: (text === "" ? {} : JSON.parse(text)) as T };
  };
  const pullRequests = async () => (await ask<PullRequest[]>("GET", "/pulls?state=all")).json;
  const open = async () => {
    const found = (await pullRequests()).filter(
      ({ state, user }) => state === "open" && user.login === `${githubApp.slug}[bot]`,
    );
    expect(found).to.have.length(1);
    return found[0]!;
  };
  const merge = ({ number }: PullRequest) =>
    ask<{ message: string }>("PUT", `/pulls/${String(number)}/merge`, {});
  const rulesets = async () => {
    const { json } = await ask<Ruleset[]>("GET", "/rulesets");
    return json.map((ruleset) => ruleset.name);
  };
  const gateRuleset = "eks-dryrun-runner: K8s Dryrun gate";
  /** A pull request of a person, on which no workflow runs. */
  const personsPullRequest = async (branch: string) => {
    await git("branch", branch, "main");
    const body = { message: "Write", content: Buffer.from(branch).toString("base64"), branch };
    await ask("PUT", `/contents/docs/${branch}.md`, body);
    return (await ask<PullRequest>("POST", "/pulls", { title: branch, head: branch, base: "main" })).json;
  };
  /** Changes whom the rules of the default branch let by. */
  const letBy = async (change: (actors: Ruleset["bypass_actors"]) => Ruleset["bypass_actors"]) => {
    const [first] = (await ask<Ruleset[]>("GET", "/rulesets")).json;
    const { json } = await ask<Ruleset>("GET", `/rulesets/${String(first?.id)}`);
    await ask("PUT", `/rulesets/${String(json.id)}`, { ...json, bypass_actors: change(json.bypass_actors) });
    return () => ask("PUT", `/rulesets/${String(json.id)}`, json);
  };

  before(async () => {
    sandbox = await startSandbox();
    // What runs in the workflows is no matter of these tests.
    await ask("PUT", "/actions/permissions", { enabled: false });
    untouched = await filesOf("main");
  });
  after(() => sandbox.stop());

  describe("delivery: commit", () => {
    it("is refused where the rules do not let the app by, and says what to do", async () => {
      const restore = await letBy((actors) =>
        actors.filter(({ actor_type }) => actor_type !== "Integration"),
      );
      const outcome = await up();
      expect(outcome.exitCode).to.not.equal(0);
      expect(outcome.all)
        .to.include("Changes must be made through a pull request.")
        .and.to.include("on the bypass list (Always allow)")
        .and.to.include(`pulumi config set eks-dryrun-runner:delivery pullRequest --stack ${stack}`);
      expect(await filesOf("main")).to.equal(untouched);
      await restore();
    });

    it("commits the files, then requires the check: a pull request without it is not merged", async () => {
      await set("requiredCheck", "true");
      await set("githubAppId", String(githubApp.id));
      succeeded(await up());
      expect(await minutesOn("main")).to.equal("30");
      expect(await rulesets()).to.include(gateRuleset);
      const { status, json } = await merge(await personsPullRequest("waiting"));
      expect(status).to.equal(405);
      expect(json.message).to.include('Required status check "K8s Dryrun gate" is expected.');
    });

    it("commits a change past the check that it requires itself", async () => {
      await set("runnerStartMinutes", "31");
      succeeded(await up());
      expect(await minutesOn("main")).to.equal("31");
    });

    it("can be changed for pull requests and back, which touches nothing", async () => {
      const before = await git("rev-parse", "main");
      await set("delivery", "pullRequest");
      succeeded(await up("--expect-no-changes"));
      await set("delivery", "commit");
      succeeded(await up("--expect-no-changes"));
      expect(await git("rev-parse", "main")).to.equal(before);
      await set("runnerStartMinutes", "30");
      succeeded(await up());
      expect(await minutesOn("main")).to.equal("30");
    });

    it("takes the required check away before the files, and leaves nothing behind", async () => {
      const urn = `urn:pulumi:${stack}::eks-dryrun-runner::eks-dryrun-runner:index:DryRunWorkflow::home`;
      const target = ["--target", urn, "--target-dependents"];
      const { stdout } = await sandbox.pulumi(["destroy", "--yes", "--skip-preview", ...target], { stack });
      const deleted = stdout.split("\n").filter((line) => / deleted \(/.test(line));
      expect(deleted.findIndex((line) => line.includes("RepositoryRuleset"))).to.equal(0);
      expect(deleted.filter((line) => line.includes("RepositoryFile"))).to.have.length(8);
      expect(await filesOf("main")).to.equal(untouched);
      expect(await rulesets()).to.not.include(gateRuleset);
      const waiting = (await pullRequests()).find(({ head }) => head.ref === "waiting")!;
      expect((await merge(waiting)).status).to.equal(200);
      untouched = await filesOf("main");
    });
  });

  describe("delivery: pullRequest", () => {
    let last: PullRequest;

    it("opens a pull request, and neither commits to the default branch nor requires the check yet", async () => {
      await set("delivery", "pullRequest");
      succeeded(await up());
      last = await open();
      expect(await filesOf("main")).to.equal(untouched);
      expect(await minutesOn(last.head.ref)).to.equal("30");
      expect(await rulesets()).to.not.include(gateRuleset);
      expect(
        succeeded(await sandbox.pulumi(["stack", "output", "pullRequestUrl"], { stack })).trim(),
      ).to.equal(`https://github.com/${owner}/${name}/pull/${String(last.number)}`);
      await upAgain();
    });

    it("brings it up to date with a later change", async () => {
      await set("runnerStartMinutes", "31");
      succeeded(await up());
      expect((await open()).number).to.equal(last.number);
      expect(await minutesOn(last.head.ref)).to.equal("31");
      expect(await filesOf("main")).to.equal(untouched);
    });

    it("opens another where a person has closed it, or its branch is gone", async () => {
      await ask("PATCH", `/pulls/${String(last.number)}`, { state: "closed" });
      succeeded(await up());
      const second = await open();
      expect(second.head.ref).to.equal(`${last.head.ref}-2`);
      await git("branch", "--delete", "--force", second.head.ref);
      succeeded(await up());
      last = await open();
      expect(last.head.ref).to.equal(second.head.ref.replace(/2$/, "3"));
      expect(await minutesOn(last.head.ref)).to.equal("31");
    });

    it("is done once a person has merged it, though GitHub deletes its branch, and only then requires the check", async () => {
      await ask("PATCH", "", { delete_branch_on_merge: true });
      expect((await merge(last)).status).to.equal(200);
      succeeded(await up());
      expect(await minutesOn("main")).to.equal("31");
      expect(await rulesets()).to.include(gateRuleset);
      expect((await pullRequests()).filter(({ state }) => state === "open")).to.deep.equal([]);
      await upAgain();
      expect((await merge(await personsPullRequest("waiting-again"))).status).to.equal(405);
    });

    it("opens a new one for what changes after the merge, with nothing in it but the change", async () => {
      await set("runnerStartMinutes", "32");
      succeeded(await up());
      const next = await open();
      expect(next.number).to.be.greaterThan(last.number);
      expect(await git("diff", "--name-only", `main...${next.head.ref}`)).to.equal(workflowPath);
      expect((await merge(next)).status).to.equal(405);
      last = next;
    });

    it("starts from where a merge that nobody has told it of has led", async () => {
      await set("requiredCheck", "false");
      succeeded(await up());
      await ask("PATCH", "", { delete_branch_on_merge: false });
      expect((await merge(last)).status).to.equal(200);
      await set("runnerStartMinutes", "33");
      succeeded(await up());
      const next = await open();
      expect(next.number).to.be.greaterThan(last.number);
      expect(await minutesOn("main")).to.equal("32");
      expect(await minutesOn(next.head.ref)).to.equal("33");
      expect((await pullRequests()).find(({ number }) => number === last.number)?.merged_at).to.be.a(
        "string",
      );
    });

    it("closes what is open when it is destroyed, and leaves the default branch to people", async () => {
      const { number } = await open();
      const merged = await filesOf("main");
      succeeded(await sandbox.pulumi(["destroy", "--yes", "--skip-preview"], { stack }));
      expect((await pullRequests()).find((pull) => pull.number === number)).to.include({
        state: "closed",
        merged_at: null,
      });
      expect(await filesOf("main")).to.equal(merged);
      const waiting = (await pullRequests()).find(({ head }) => head.ref === "waiting-again")!;
      expect((await merge(waiting)).status).to.equal(200);
    });
  });
});
