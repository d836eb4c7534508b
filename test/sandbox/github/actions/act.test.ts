import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { startActionsWorld, type ActionsWorld } from "./world";

const workflow = `
name: Test
on: pull_request
jobs:
  first:
    runs-on: ubuntu-24.04
    outputs:
      answer: \${{ steps.say.outputs.answer }}
    steps:
      - id: say
        run: |
          echo "answer=forty two" >> "$GITHUB_OUTPUT"
          echo "# Said" >> "$GITHUB_STEP_SUMMARY"
  second:
    needs: first
    runs-on: ubuntu-24.04
    steps:
      - run: echo "It is \${{ needs.first.outputs.answer }}."
`;

describe("the sandbox's GitHub: steps that act runs", function () {
  this.timeout(120_000);
  let world: ActionsWorld;

  before(async () => {
    world = await startActionsWorld(workflow);
  });
  after(() => world.end());

  it("runs the jobs of a pull request and hands outputs on", async () => {
    const sha = await world.commit("change", { "docs/change.md": "change" });
    await world.open("change");
    const { run, jobs } = await world.ended(sha);
    expect(run).to.include({ event: "pull_request", conclusion: "success" });
    expect(await world.log(jobs.second!)).to.include("It is forty two.");
  });
});
