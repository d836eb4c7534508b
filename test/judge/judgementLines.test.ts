import { expect } from "chai";
import { describe, it } from "mocha";
import type { JudgedJob } from "../../sandbox/aws/codebuild/judgements";
import { judgementLines } from "../../sandbox/judgements";

const job = {
  id: 7,
  name: "dryrun-ja-production",
  workflowName: "K8s Dryrun",
  runId: 9,
  runAttempt: 1,
  labels: ["codebuild-runner-9-1"],
  repository: "example-org/kubernetes-manifests",
  actorAccountId: "1",
};
const judged = (changes: Partial<JudgedJob>): JudgedJob => ({
  time: "2026-11-24T00:00:00.000Z",
  region: "ap-northeast-1",
  project: "runner",
  delivery: "1",
  job,
  ...changes,
});
const heading = '2026-11-24T00:00:00.000Z job 7 "dryrun-ja-production" of run 9, attempt 1';

describe("the judgements that people read", () => {
  it("tell of the build that a job got, and of no project that passed it over", () => {
    const build = { status: "SUCCEEDED" as const, phase: "COMPLETED" };
    expect(
      judgementLines([
        judged({ region: "ap-south-1", project: "other", reason: "for another" }),
        judged({ buildId: "runner:1", build }),
      ]),
    ).to.deep.equal([heading, "  ap-northeast-1 runner: runner:1 SUCCEEDED"]);
  });

  it("tell where a build failed, as AWS says and why", () => {
    const build = {
      status: "FAILED" as const,
      phase: "PROVISIONING",
      message: "No",
      reason: "the role may not",
    };
    expect(judgementLines([judged({ buildId: "runner:1", build })])).to.deep.equal([
      heading,
      "  ap-northeast-1 runner: runner:1 FAILED in PROVISIONING: No; the role may not",
    ]);
  });

  it("tell why each project passed over a job that got no build, and nothing of jobs for GitHub's machines", () => {
    const hosted = { ...job, id: 8, labels: ["ubuntu-24.04"] };
    expect(
      judgementLines([judged({ reason: "because" }), judged({ job: hosted, reason: "no label" })]),
    ).to.deep.equal([heading, "  ap-northeast-1 runner: no build, because"]);
  });
});
