import { expect } from "chai";
import { afterEach, describe, it } from "mocha";
import { startClock } from "../../../../sandbox/github/clock";
import { QuickExecutor } from "./quickExecutor";
import { startActionsWorld, type ActionsWorld } from "./world";

const path = ".github/workflows/called.yml";
const here = `example-org/kubernetes-manifests/${path}`;
const job = (key: string, more = "") =>
  `  ${key}:\n    runs-on: ubuntu-24.04\n${more}    steps: [{ run: "true" }]\n`;
const caller = (uses: string, more = "") =>
  `name: Caller\non: pull_request\nenv: { FROM: caller }\npermissions: {}\njobs:\n  outer:\n${more}    uses: ${uses}\n`;
const called = (jobs: string, head = "on: workflow_call\npermissions: {}\n") =>
  `name: Called\n${head}jobs:\n${jobs}`;

// https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
describe("the sandbox's GitHub: a workflow that calls another one", function () {
  this.timeout(300_000);
  let world: ActionsWorld;
  let executor: QuickExecutor;
  let outcomes: QuickExecutor["outcomes"] = {};

  /** Opens a pull request over a default branch with both files. @param change what it changes */
  const play = async (uses: string, text: string, change: Record<string, string> = {}, more = "") => {
    executor = new QuickExecutor();
    Object.assign(executor.outcomes, outcomes);
    world = await startActionsWorld(caller(uses, more), { executor, clock: startClock(1) });
    await world.commit("main", { [path]: text });
    const sha = await world.commit("change", { "docs/change.md": "changed", ...change });
    await world.open("change");
    return world.ended(sha);
  };

  afterEach(async () => {
    outcomes = {};
    await world.end();
  });

  it("has its jobs under the caller's name, with what they need and without the caller's variables", async () => {
    const jobs = job("one") + job("two", "    name: second\n    needs: one\n");
    const { run, jobs: seen } = await play(`${here}@main`, called(jobs));
    expect([run.name, run.conclusion]).to.deep.equal(["Caller", "success"]);
    expect(Object.keys(seen)).to.deep.equal(["outer / one", "outer / second"]);
    expect(executor.messages.map(({ workflow }) => workflow.env)).to.deep.equal([undefined, undefined]);
    expect(executor.messages[1]?.needs).to.deep.equal({ one: { result: "success", outputs: {} } });
  });

  it("gives those that need it the outputs that it names, and no others", async () => {
    const head =
      "on:\n  workflow_call:\n    outputs:\n      shown: { value: '${{ jobs.one.outputs.a }}' }\n" +
      "      empty: { value: '${{ jobs.one.outputs.c }}' }\npermissions: {}\n";
    outcomes = { one: { outputs: { a: "value", b: "kept" } } };
    const { run } = await play(
      `${here}@main\n${job("after", "    needs: outer\n")}`,
      called(job("one"), head),
    );
    expect(run.conclusion).to.equal("success");
    expect(executor.messages.at(-1)?.needs).to.deep.equal({
      outer: { result: "success", outputs: { shown: "value" } },
    });
  });

  it("has it as it stands on the branch that it names, whatever the pull request makes of it", async () => {
    const { jobs } = await play(`${here}@main`, called(job("honest")), { [path]: called(job("hostile")) });
    expect(Object.keys(jobs)).to.deep.equal(["outer / honest"]);
  });

  it("has that of the pull request where it names no branch", async () => {
    const { jobs } = await play(`./${path}`, called(job("honest")), { [path]: called(job("hostile")) });
    expect(Object.keys(jobs)).to.deep.equal(["outer / hostile"]);
  });

  for (const [what, uses, text] of [
    ["is not there", `${here}@other`, called(job("one"))],
    ["is another repository's", `example-org/other/${path}@main`, called(job("one"))],
    [
      "does not let itself be called",
      `${here}@main`,
      called(job("one"), "on: pull_request\npermissions: {}\n"),
    ],
    [
      "gives what no job of it has an output for",
      `${here}@main`,
      called(
        job("one"),
        "on:\n  workflow_call:\n    outputs:\n      a: { value: '${{ github.sha }}' }\npermissions: {}\n",
      ),
    ],
    [
      "wants more than the caller has",
      `${here}@main`,
      called(job("one", "    permissions: { contents: write }\n")),
    ],
  ] as const)
    it(`starts nothing where the workflow ${what}`, async () => {
      const { run, jobs } = await play(uses, text);
      expect(run.conclusion).to.equal("startup_failure");
      expect(jobs).to.deep.equal({});
    });

  it("starts nothing where the caller hands over what the called one does not have", async () => {
    const { run } = await play(`${here}@main`, called(job("one")), {}, "    with: { a: b }\n");
    expect(run.conclusion).to.equal("startup_failure");
  });
});
