import { expect } from "chai";
import { describe, it } from "mocha";
import { environments, type Environment } from "../../stacks/environments";
import { registryProblems } from "../../stacks/registry";

/** What is said of the registry after a change to it. */
function problemsAfter(change: (environments: Environment[]) => void): string[] {
  const changed = structuredClone(environments);
  change(changed);
  return registryProblems(changed);
}

const named = (all: Environment[], name: string) => {
  const environment = all.find((one) => one.name === name);
  if (!environment?.runner) throw new Error(`no runner of ${name}`);
  return { ...environment, runner: environment.runner, environment };
};

describe("the registry as committed", () => {
  it("has no problem", () => {
    expect(registryProblems(environments)).to.deep.equal([]);
  });
});

describe("the registry is refused where", () => {
  const mistakes: [string, (all: Environment[]) => void, RegExp][] = [
    [
      "two regions have a project of one name, be one of them inactive",
      (all) => {
        named(all, "kr-production").runner.projectName = "kubectl-to-trocco-in-production";
        named(all, "kr-production").environment.active = false;
      },
      /projectName kubectl-to-trocco-in-production is there twice/,
    ],
    [
      "CodeBuild takes no such project name",
      (all) => (named(all, "kr-production").runner.projectName = "kr production"),
      /kr-production: runner\.projectName "kr production"/,
    ],
    [
      "two environments share a name",
      (all) => (named(all, "kr-production").environment.name = "staging"),
      /staging is there twice/,
    ],
    [
      "two environments share a filter",
      (all) => (named(all, "kr-production").environment.filter = "production"),
      /filter production/,
    ],
    [
      "two environments share a job",
      (all) => (named(all, "kr-production").runner.jobName = "dryrun-in-production"),
      /job dryrun-in-production/,
    ],
    [
      "a job is called as one of the workflow's own",
      (all) => (named(all, "kr-production").runner.jobName = "gate"),
      /job gate/,
    ],
    [
      "an environment has no paths",
      (all) => (named(all, "kr-production").environment.paths = []),
      /no paths/,
    ],
    [
      "a version label is no label",
      (all) => (named(all, "kr-production").runner.eksVersionLabel = "1.35"),
      /version label "1\.35"/,
    ],
    [
      "the home environment is inactive",
      (all) => (named(all, "ja-production").environment.active = false),
      /must be active/,
    ],
    [
      "the home environment has no runner",
      (all) => delete named(all, "ja-production").environment.runner,
      /have a runner/,
    ],
  ];
  for (const [what, change, pattern] of mistakes) {
    it(what, () => {
      const problems = problemsAfter(change);
      expect(problems, problems.join("\n")).to.have.length(1);
      expect(problems[0])
        .to.match(pattern)
        .and.to.match(/^stacks\/environments\.ts: /);
    });
  }
});
