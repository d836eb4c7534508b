import { expect } from "chai";
import { after, before, beforeEach, describe, it } from "mocha";
import { githubProvider } from "../../../sandbox/providers/github/provider";
import type { Values } from "../../../sandbox/providers/values";
import { targetRepository } from "../../../sandbox/world";
import { Engine } from "./engine";
import { messageOf, startLocalGitHub, type LocalGitHub } from "./localGitHub";

const { owner, name: repository } = targetRepository;
const types = {
  branch: "github:index/branch:Branch",
  file: "github:index/repositoryFile:RepositoryFile",
  pullRequest: "github:index/repositoryPullRequest:RepositoryPullRequest",
  ruleset: "github:index/repositoryRuleset:RepositoryRuleset",
};

// What the real provider does is read from its source, which each resource's file names.
describe("the stand-in of the github provider: branches, pull requests and rulesets", function () {
  this.timeout(60_000);
  let github: LocalGitHub;
  let engine: Engine;
  let head: string;
  let count = 0;

  before(async () => {
    github = await startLocalGitHub();
    // The workflows of pull requests are no matter of these tests.
    await github.ask("PUT", "/actions/permissions", { enabled: false });
    engine = await Engine.start(githubProvider("6.15.0"));
    await github.configure(engine);
  });
  after(async () => {
    engine.stop();
    await github.end();
  });
  beforeEach(() => {
    head = `head-${String((count += 1))}`;
  });

  const create = async (type: string, given: Values) => {
    const { inputs, failures } = await engine.check(type, given);
    expect(failures).to.deep.equal([]);
    return { type, inputs, ...(await engine.create(type, inputs)) };
  };
  const makeBranch = () => create(types.branch, { repository, branch: head });
  const makeFile = (content = "text\n") =>
    create(types.file, { repository, file: `docs/${head}.md`, content, branch: head });
  const open = async () => {
    await makeBranch();
    await makeFile();
    return create(types.pullRequest, {
      baseRepository: repository,
      baseRef: "main",
      headRef: head,
      title: "Change",
      body: "Why",
    });
  };
  const merge = (number: unknown) => github.ask("PUT", `/pulls/${String(number)}/merge`, {});
  const pull = async (number: unknown) =>
    (await github.ask("GET", `/pulls/${String(number)}`)) as {
      state: string;
      merged: boolean;
      title: string;
    };
  type Made = Awaited<ReturnType<typeof create>>;
  const read = ({ type, id, state, inputs }: Made) => engine.read(type, id, state, inputs);
  const remove = ({ type, id, state }: Made) => engine.delete(type, id, state);

  it("makes a branch from the tip of its source, and takes one that is there as it is", async () => {
    const { id, state } = await makeBranch();
    expect(id).to.equal(`${repository}:${head}`);
    expect(state).to.deep.include({ sha: await github.git("rev-parse", "main"), ref: `refs/heads/${head}` });
    await makeFile();
    expect((await makeBranch()).state.sha).to.equal(await github.git("rev-parse", head));
  });

  it("forgets a branch that is gone, and fails to delete it", async () => {
    const made = await makeBranch();
    await github.git("update-ref", "-d", `refs/heads/${head}`);
    expect((await read(made)).id).to.equal("");
    expect(await messageOf(remove(made))).to.contain("422 Reference does not exist");
  });

  it("fails to delete a file of a branch that is gone", async () => {
    await makeBranch();
    const file = await makeFile();
    await github.git("update-ref", "-d", `refs/heads/${head}`);
    expect((await read(file)).id).to.equal("");
    expect(await messageOf(remove(file))).to.contain("404");
  });

  it("opens a pull request, changes its text, and closes it", async () => {
    const made = await open();
    expect(made.id).to.match(new RegExp(`^${owner}:${repository}:\\d+$`));
    expect(made.state).to.deep.include({ state: "open", headRef: head, baseRef: "main" });
    await engine.update(types.pullRequest, made.id, made.state, { ...made.inputs, title: "Another" });
    expect((await pull(made.state.number)).title).to.equal("Another");
    await remove(made);
    expect(await pull(made.state.number)).to.include({ state: "closed", merged: false });
  });

  it("says of a second pull request for one branch what GitHub says", async () => {
    const { inputs } = await open();
    expect(await messageOf(create(types.pullRequest, inputs))).to.match(
      /422 Validation Failed \[\{.*A pull request already exists for example-org:head-\d+\.\}\]/,
    );
  });

  it("leaves a merged pull request as it is, whatever is committed afterwards", async () => {
    const made = await open();
    await merge(made.state.number);
    await makeFile("later\n").catch(() => undefined);
    const merged = await read(made);
    expect(merged.state).to.include({ state: "closed" });
    expect((await engine.diff(types.pullRequest, merged.state, made.inputs)).changes).to.equal(false);
    // Both by what the state says and by what GitHub has.
    await remove(made);
    await remove({ ...made, state: merged.state });
    expect(await pull(made.state.number)).to.include({ merged: true });
  });

  it("imports a pull request by its number", async () => {
    const { id } = await open();
    const found = await engine.read(types.pullRequest, id);
    expect(found.inputs).to.deep.include({ baseRepository: repository, headRef: head, title: "Change" });
  });

  describe("a ruleset", () => {
    const wanted = {
      repository,
      name: "Check",
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
      rules: {
        requiredStatusChecks: {
          requiredChecks: [{ context: "gate", integrationId: 15368 }],
          strictRequiredStatusChecksPolicy: false,
        },
      },
      bypassActors: [] as Values[],
    };

    it("is made, read without a difference, changed in place and deleted", async () => {
      const made = await create(types.ruleset, wanted);
      const found = await read(made);
      expect((await engine.diff(types.ruleset, found.state, made.inputs)).changes).to.equal(false);
      const bypassActors = [{ actorType: "RepositoryRole", actorId: 5, bypassMode: "always" }];
      const changed = { ...made.inputs, bypassActors };
      const diff = await engine.diff(types.ruleset, found.state, changed);
      expect([diff.changes, diff.replaces]).to.deep.equal([true, []]);
      const state = await engine.update(types.ruleset, made.id, found.state, changed);
      expect(state.bypassActors).to.deep.equal(bypassActors);
      const cleared = await engine.update(types.ruleset, made.id, state, made.inputs);
      expect(cleared.bypassActors).to.deep.equal([]);
      await remove(made);
      expect((await read(made)).id).to.equal("");
    });

    it("passes on why GitHub refuses it", async () => {
      const bypassActors = [{ actorType: "Integration", actorId: 1, bypassMode: "always" }];
      expect(await messageOf(create(types.ruleset, { ...wanted, bypassActors }))).to.match(
        /422 Validation Failed \[\{.*must be part of the ruleset source or owner organization\}\]/,
      );
    });

    it("does not know rules that the program does not use", async () => {
      const { failures } = await engine.check(types.ruleset, {
        ...wanted,
        rules: { requiredSignatures: true },
      });
      expect(failures).to.have.length(1);
    });
  });

  describe("its functions", () => {
    const invoke = async (name: string, args: Values) =>
      (await engine.invoke(`github:index/${name}:${name}`, { ...args })).result;

    it("list a tree, at once or with what is below it", async () => {
      const args = { repository, treeSha: await github.git("rev-parse", "main") };
      const { entries } = await invoke("getTree", args);
      const blob = await github.git("rev-parse", "main:README.md");
      expect(entries).to.deep.include.members([
        {
          path: "README.md",
          mode: "100644",
          type: "blob",
          sha: blob,
          size: Number(await github.git("cat-file", "-s", blob)),
        },
      ]);
      const all = (await invoke("getTree", { ...args, recursive: true })).entries as { path: string }[];
      expect(all.map(({ path }) => path)).to.include("k8s/base/kustomization.yaml");
    });

    it("read a file", async () => {
      const found = await invoke("getRepositoryFile", { repository, file: "README.md", branch: "main" });
      expect((found.content as string).trim()).to.equal(await github.git("show", "main:README.md"));
    });

    it("list pull requests by base, head and state, the oldest first", async () => {
      const [first, second] = [await open(), await ((head = `${head}-again`), open())];
      const numbers = async (filter: Values) => {
        const { results } = await invoke("getRepositoryPullRequests", {
          baseRepository: repository,
          ...filter,
        });
        return (results as { number: number }[]).map(({ number }) => number);
      };
      const opened = await numbers({ baseRef: "main" });
      expect(opened.slice(-2)).to.deep.equal([first.state.number, second.state.number]);
      expect(await numbers({ headRef: `${owner}:${head}` })).to.deep.equal([second.state.number]);
      await merge(second.state.number);
      expect(await numbers({ headRef: `${owner}:${head}` })).to.deep.equal([]);
      expect(await numbers({ headRef: `${owner}:${head}`, state: "closed" })).to.deep.equal([
        second.state.number,
      ]);
    });
  });
});
