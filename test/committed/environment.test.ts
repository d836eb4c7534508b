import { expect } from "chai";
import { describe, it } from "mocha";
import { checkEnvironments, type CommittedEnvironment } from "../../committed/environment";
import { deployed, environments, staging } from "./sampleEnvironments";

const japan = deployed("ja-production", "production", "", "ap-northeast-1");
const korea = deployed("kr-production", "kr-production", "kr-", "ap-northeast-2");

function withRunner(changes: Partial<NonNullable<CommittedEnvironment["runner"]>>): CommittedEnvironment {
  if (!japan.runner) throw new Error("The sample has a runner.");
  return { ...japan, runner: { ...japan.runner, ...changes } };
}

describe("the environments of the workflow", () => {
  it("fit as they are in the registry", () => {
    expect(() => {
      checkEnvironments(environments);
    }).not.to.throw();
  });

  const refused: [title: string, environments: CommittedEnvironment[], message: string][] = [
    ["two of a name", [japan, { ...staging, name: japan.name }], "environment ja-production is there twice"],
    [
      "two with the same filter",
      [japan, { ...staging, filter: "production" }],
      "filter production is used twice",
    ],
    [
      "a filter that the workflow has itself",
      [{ ...japan, filter: "workflow" }],
      "filter workflow is used twice",
    ],
    [
      "two with the same job",
      [korea, withRunner({ jobName: "dryrun-kr-production" })],
      "job dryrun-kr-production",
    ],
    ["a job that the workflow has itself", [withRunner({ jobName: "gate" })], "job gate is there twice"],
    ["the job that watches", [withRunner({ jobName: "watch" })], "job watch is there twice"],
    ["a job id that GitHub refuses", [withRunner({ jobName: "dry run" })], 'job name "dry run" must be'],
    ["a filter that cannot be an output", [{ ...japan, filter: "1st" }], 'filter "1st" must be'],
    [
      "a label that is no version",
      [withRunner({ eksVersionLabel: "135" })],
      'label "135" must look like 1_35',
    ],
    ["no paths", [{ ...japan, paths: [] }], "it has no paths"],
    ["a negated path", [{ ...japan, paths: ["!k8s/base/**"] }], "path !k8s/base/** is negated"],
    ["a path over the whole repository", [{ ...japan, paths: ["**/*.yaml"] }], "path **/*.yaml must begin"],
    ["a path from the root of the disk", [{ ...japan, paths: ["/k8s/**"] }], "path /k8s/** must begin"],
  ];
  for (const [title, some, message] of refused) {
    it(`are refused with ${title}`, () => {
      expect(() => {
        checkEnvironments(some);
      }).to.throw(message);
    });
  }

  it("are refused with all problems at once", () => {
    const broken = [
      { ...japan, filter: "a b", paths: ["!x/**", "*"] },
      withRunner({ eksVersionLabel: "latest" }),
    ];
    expect(() => {
      checkEnvironments(broken);
    }).to.throw(/twice[^]*filter "a b"[^]*negated[^]*path \*[^]*latest/);
  });
});
