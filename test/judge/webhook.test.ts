import { expect } from "chai";
import { describe, it } from "mocha";
import {
  judgeLabel,
  judgeOverrides,
  overridesIn,
  registrationOf,
  runnerLabel,
} from "../../sandbox/judge/label";
import { judgeWebhook, type WebhookFilter } from "../../sandbox/judge/webhook";

const event = { event: "WORKFLOW_JOB_QUEUED", workflowName: "K8s Dryrun", actorAccountId: "1002" };
const queued: WebhookFilter = { type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" };
const workflow = (pattern: string, excludeMatchedPattern?: boolean): WebhookFilter => ({
  type: "WORKFLOW_NAME",
  pattern,
  ...(excludeMatchedPattern === undefined ? {} : { excludeMatchedPattern }),
});
const actor = (pattern: string, excludeMatchedPattern?: boolean): WebhookFilter => ({
  ...workflow(pattern, excludeMatchedPattern),
  type: "ACTOR_ACCOUNT_ID",
});

describe("the judge of webhooks", () => {
  const accepted: [what: string, groups: WebhookFilter[][]][] = [
    ["the event alone", [[queued]]],
    ["the event among others", [[{ type: "EVENT", pattern: "PUSH, WORKFLOW_JOB_QUEUED" }]]],
    ["the workflow's name", [[queued, workflow("^K8s Dryrun$")]]],
    ["the actor among others", [[queued, actor("^(?:1001|1002)$")]]],
    // What CodeBreach was: 100 was trusted, 1002 got in.
    ["an actor whose id contains a trusted one, where the pattern has no anchors", [[queued, actor("100")]]],
    ["a second group where the first does not match", [[queued, actor("^1$")], [queued]]],
    ["everybody but another actor", [[queued, actor("^1$", true)]]],
  ];
  for (const [what, groups] of accepted)
    it(`lets a job through that has ${what}`, () => {
      expect(judgeWebhook(groups, event)).to.deep.equal({ ok: true });
    });

  const refusedOnes: [what: string, groups: WebhookFilter[][], reason: RegExp][] = [
    ["no filter group", [], /no filter group/],
    [
      "another event",
      [[{ type: "EVENT", pattern: "PUSH" }]],
      /EVENT PUSH does not match WORKFLOW_JOB_QUEUED/,
    ],
    ["an event that is not a regular expression", [[{ type: "EVENT", pattern: "WORKFLOW_.*" }]], /EVENT/],
    [
      "another workflow's name",
      [[queued, workflow("^Deploy$")]],
      /WORKFLOW_NAME \^Deploy\$ does not match K8s/,
    ],
    ["the name in other letters", [[queued, workflow("^k8s dryrun$")]], /WORKFLOW_NAME/],
    ["another actor", [[queued, actor("^(?:1|2)$")]], /ACTOR_ACCOUNT_ID \^\(\?:1\|2\)\$ does not match 1002/],
    ["an excluded actor", [[queued, actor("^1002$", true)]], /ACTOR_ACCOUNT_ID \^1002\$ excludes 1002/],
    ["one filter of two that matches", [[queued, workflow("Dryrun"), actor("^7$")]], /ACTOR_ACCOUNT_ID/],
    ["a filter on what jobs have not", [[queued, { type: "FILE_PATH", pattern: ".*" }]], /no such thing/],
  ];
  for (const [what, groups, reason] of refusedOnes)
    it(`refuses a job that meets ${what}`, () => {
      const judgement = judgeWebhook(groups, event);
      expect(judgement.ok, "let through").to.equal(false);
      if (!judgement.ok) expect(judgement.reason).to.match(reason);
    });
});

describe("the judge of labels", () => {
  it("reads the project, the run and the attempt out of the required label", () => {
    expect(runnerLabel(["x", "codebuild-ja-production-runner-123-2"])).to.deep.equal({
      project: "ja-production-runner",
      runId: 123,
      runAttempt: 2,
    });
  });

  it("finds no project in labels of another form", () => {
    for (const labels of [
      [],
      ["ubuntu-24.04"],
      ["codebuild-runner"],
      ["codebuild-runner-123"],
      ["self-hosted"],
    ])
      expect(runnerLabel(labels), labels.join()).to.equal(undefined);
  });

  it("takes overrides in labels of their own or behind the required one, and passes over unknown ones", () => {
    const own = ["codebuild-runner-1-1", "instance-size:medium", "image:linux-5.0", "job1"];
    const behind = ["codebuild-runner-1-1 instance-size:medium image:linux-5.0 job1"];
    for (const labels of [own, behind]) {
      expect(judgeLabel(labels, "runner")).to.deep.equal({ ok: true });
      expect(overridesIn(labels)).to.deep.equal({
        computeType: "BUILD_GENERAL1_MEDIUM",
        image: "linux-5.0",
      });
    }
  });

  const refusedOnes: [what: string, labels: string[], reason: RegExp][] = [
    ["another region's project", ["codebuild-kr-runner-1-1"], /for the project kr-runner, not for runner/],
    ["a project whose name begins like this one", ["codebuild-runner-2-1-1"], /for the project runner-2/],
    ["no build at all", ["ubuntu-24.04"], /no label of the job \(ubuntu-24\.04\)/],
  ];
  for (const [what, labels, reason] of refusedOnes)
    it(`refuses a job for ${what}`, () => {
      const judgement = judgeLabel(labels, "runner");
      expect(judgement.ok).to.equal(false);
      if (!judgement.ok) expect(judgement.reason).to.match(reason);
    });

  it("has no fleet, and runs no buildspec but one in place that only has the phase of the job", () => {
    const inPlace = "version: 0.2\nphases:\n  build:\n    commands: ['true']\n";
    const overrides = (label: string) => overridesIn([label]);
    expect(judgeOverrides(overrides("fleet:mine")))
      .to.have.property("reason")
      .that.matches(/no fleet mine/);
    expect(judgeOverrides(overrides("buildspec-override:true"), inPlace)).to.deep.equal({ ok: true });
    expect(judgeOverrides(overrides("buildspec-override:false"))).to.deep.equal({ ok: true });
    for (const other of [undefined, "ci/buildspec.yml", inPlace.replace("build:", "install:")])
      expect(judgeOverrides(overrides("buildspec-override:true"), other).ok, other).to.equal(false);
  });

  it("registers a runner where the label says, else where the project does, else with the repository", () => {
    const project = {
      CODEBUILD_CONFIG_GITHUB_ACTIONS_ORG_REGISTRATION_NAME: "org",
      CODEBUILD_CONFIG_GITHUB_ACTIONS_RUNNER_GROUP_ID: "7",
    };
    const registered = (labels: string[], variables = {}) =>
      registrationOf(overridesIn(labels), variables, "org/repo");
    expect(registered([])).to.deep.equal({ level: "repository", name: "org/repo", groupId: 1 });
    expect(registered([], project)).to.deep.equal({ level: "organization", name: "org", groupId: 7 });
    expect(registered(["registration-group-id:1"], project)).to.include({ name: "org", groupId: 1 });
    expect(registered(["organization-registration-name:other"], project)).to.include({ name: "other" });
    expect(registered(["enterprise-registration-name:e"], project)).to.include({
      level: "enterprise",
      name: "e",
    });
  });
});
