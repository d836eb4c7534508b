import { expect } from "chai";
import { describe, it } from "mocha";
import { environments, hasRunner } from "../../stacks/environments";
import { SettingsError } from "../../stacks/problems";
import { readSettings } from "../../stacks/settings";
import { badSettings, good, type Config } from "./badSettings";
import { own } from "./up";
import { configs } from "./world";

const stack = "ja-production";
const environment = environments.filter(hasRunner).find(({ name }) => name === stack);
if (!environment) throw new Error(`no ${stack}`);

/** Reads the settings of the home stack with some keys changed; undefined takes a key away. */
function read(changes: Config, processEnvironment: Config = {}) {
  const changed = Object.entries({ ...configs[stack], ...changes });
  const config = Object.fromEntries(
    changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return readSettings({ stack, environment: environment!, config, processEnvironment });
}

function problemsOf(changes: Config, processEnvironment: Config = {}) {
  try {
    read(changes, processEnvironment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("the settings", () => {
  it("of all committed stacks' shape are read, with defaults for what is left out", () => {
    const settings = read({});
    expect(settings.targetRepository).to.deep.equal({
      owner: "example-org",
      name: "kubernetes-manifests",
      fullName: "example-org/kubernetes-manifests",
    });
    expect(settings.githubCredential.type).to.equal("connection");
    expect(settings.computeType).to.equal("BUILD_GENERAL1_SMALL");
    expect([
      settings.buildTimeoutMinutes,
      settings.queuedTimeoutMinutes,
      settings.logRetentionDays,
    ]).to.deep.equal([30, 60, 30]);
  });

  it("take the other two credentials", () => {
    const secret = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:s-AbCdEf";
    const withSecret = read({ [own("connectionArn")]: undefined, [own("githubSecretArn")]: secret });
    expect(withSecret.githubCredential).to.deep.equal({ type: "secret", arn: secret });
    const withDefault = read({ [own("connectionArn")]: undefined, [own("githubDefaultCredential")]: "true" });
    expect(withDefault.githubCredential).to.deep.equal({ type: "default" });
  });

  it("take a public repository once it is said who may use the runner", () => {
    const settings = read({ [own("targetRepositoryIsPublic")]: "true", [own("githubActorIds")]: "[583231]" });
    expect(settings.githubActorIds).to.deep.equal([583231]);
  });

  it("take the owner from the environment where it is the same", () => {
    expect(problemsOf({}, { GITHUB_OWNER: "example-org", GITHUB_ORGANIZATION: "" })).to.deep.equal([]);
  });

  it("take a required check with pull requests, or with the app that commits past it", () => {
    const required = { [own("requiredCheck")]: "true" };
    expect(read({ ...required, [own("githubAppId")]: "123456" }).githubAppId).to.equal(123456);
    expect(problemsOf({ ...required, [own("delivery")]: "pullRequest" })).to.deep.equal([]);
  });

  describe("refuse, with the key, what is expected and a command,", () => {
    for (const [what, changes, key, processEnvironment] of badSettings) {
      it(what, () => {
        const problems = problemsOf(changes, processEnvironment);
        expect(problems.map((problem) => problem.key)).to.deep.equal([key]);
        const [problem] = problems;
        expect(problem?.wrong).to.match(/^(is|has) /);
        expect(problem?.expected).to.have.length.greaterThan(8);
        expect(problem?.command).to.match(
          /^(pulumi config (set|rm) .*--stack ja-production\b.*|unset GITHUB_(OWNER|ORGANIZATION))$/,
        );
      });
    }
  });

  it("name ten mistakes in one error", () => {
    const problems = problemsOf({
      [own("targetRepository")]: "manifests",
      [own("targetRepositoryIsPublic")]: "maybe",
      [own("connectionArn")]: undefined,
      [own("runnerSubnets")]: JSON.stringify([good]),
      [own("computeType")]: "ARM_SMALL",
      [own("image")]: "ubuntu",
      [own("buildTimeoutMinutes")]: "1",
      [own("logRetentionDays")]: "31",
      [own("tags")]: "[]",
      "aws:region": "us-east-1",
    });
    expect(problems).to.have.length(10);
  });

  it("offer commands that mend what they are offered for", () => {
    for (const [, changes, key, processEnvironment] of badSettings) {
      const [problem] = problemsOf(changes, processEnvironment);
      const set = /^pulumi config set (?:--path )?('[^']*'|\S+) ('.*'|\S+) --stack ja-production$/.exec(
        problem?.command ?? "",
      );
      if (!set || problem?.command.includes("--path")) continue;
      const value = (set[2] ?? "").replace(/^'(.*)'$/, "$1");
      expect(problemsOf({ ...changes, [key]: value }, processEnvironment), problem?.command).to.deep.equal(
        [],
      );
    }
  });

  it("never repeat a token that was put into a wrong place", () => {
    const token = `ghp_${"canary".repeat(6)}`;
    for (const name of ["targetRepository", "githubSecretArn", "image", "computeType", "tags"]) {
      const [problem] = problemsOf({ [own(name)]: token });
      expect(JSON.stringify(problem), name).to.not.include("canary");
    }
    expect(JSON.stringify(problemsOf({ "github:token": token }))).to.not.include("canary");
  });
});
