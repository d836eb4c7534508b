import { expect } from "chai";
import { describe, it } from "mocha";
import { releasePolicy } from "../../../components/releasePolicy";
import { deniedOverrides } from "../../../components/startBuildOverrides";
import { AwsError } from "../../../sandbox/aws/error";
import { authorize } from "../../../sandbox/aws/iam/authorize";
import { UnjudgeablePolicy, type PolicyDocument } from "../../../sandbox/aws/iam/document";
import type { RoleSession } from "../../../sandbox/aws/iam/sessions";
import type { AwsRequest } from "../../../sandbox/aws/request";

const account = "123456789012";
const project = `arn:aws:codebuild:ap-northeast-1:${account}:project/runner-apply`;
const session = {
  roleArn: `arn:aws:iam::${account}:role/release`,
  arn: `arn:aws:sts::${account}:assumed-role/release/job`,
} as RoleSession;

/** What a role with a policy is told of a call. */
function answer(operation: string, input: object, ...statements: object[]): "allowed" | "refused" {
  const policy = { Statement: statements } as PolicyDocument;
  const role = { arn: session.roleArn, name: "release", id: "AROA1", trust: policy, policies: [policy] };
  const request = {
    service: "codebuild",
    operation,
    region: "ap-northeast-1",
    protocol: "json",
    path: "/",
    body: JSON.stringify(input),
  } as AwsRequest;
  try {
    authorize(session, role, request);
    return "allowed";
  } catch (error) {
    if (error instanceof AwsError && error.code === "AccessDeniedException") return "refused";
    throw error;
  }
}

const key = (name: string) => `codebuild:${name}`;
const allowed = (Condition: object) => ({
  Effect: "Allow",
  Action: "codebuild:StartBuild",
  Resource: project,
  Condition,
});
const without = (...names: string[]) =>
  allowed({ Null: Object.fromEntries(names.map((name) => [key(name), "true"])) });
const variables = (...names: string[]) => ({
  environmentVariablesOverride: names.map((name) => ({ name, value: "a" })),
});

const started: [what: string, input: object, statement: object, "allowed" | "refused"][] = [
  ["as the project is", {}, without("source.buildspec"), "allowed"],
  ["with a commit", { sourceVersion: "a".repeat(40) }, without("source.buildspec"), "allowed"],
  ["with a buildspec", { buildspecOverride: "" }, without("source.buildspec"), "refused"],
  ["with an image", { imageOverride: "any" }, without("environment.image"), "refused"],
  ["with a role", { serviceRoleOverride: "any" }, without("serviceRole"), "refused"],
  ["privileged", { privilegedModeOverride: false }, without("environment.privilegedMode"), "refused"],
  ["with another source", { sourceLocationOverride: "any" }, without("source.location"), "refused"],
  [
    "with other credentials",
    { sourceAuthOverride: { type: "OAUTH" } },
    without("source.auth.type"),
    "refused",
  ],
  [
    "with a log elsewhere",
    { logsConfigOverride: { s3Logs: { status: "DISABLED" } } },
    without("logsConfig"),
    "refused",
  ],
  ["with a fleet", { fleetOverride: { fleetArn: "any" } }, without("environment.fleet.fleetArn"), "refused"],
  [
    "with a variable that is listed",
    variables("DELETE"),
    allowed({ "ForAllValues:StringEquals": { [key("environment.environmentVariables.name")]: ["DELETE"] } }),
    "allowed",
  ],
  [
    "with one that is not",
    variables("DELETE", "PATH"),
    allowed({ "ForAllValues:StringEquals": { [key("environment.environmentVariables.name")]: ["DELETE"] } }),
    "refused",
  ],
  [
    "with a variable's value",
    variables("STAGE"),
    allowed({ StringEquals: { [key("environment.environmentVariables/STAGE.value")]: "a" } }),
    "allowed",
  ],
  ["with any variable", variables("STAGE"), without("environment.environmentVariables"), "refused"],
];

describe("the local AWS judges StartBuild by CodeBuild's condition keys", () => {
  for (const [what, input, statement, expected] of started)
    it(`${what}: ${expected}`, () => {
      expect(answer("StartBuild", { projectName: "runner-apply", ...input }, statement)).to.equal(expected);
    });

  it("on the project, however it is named", () => {
    expect(answer("StartBuild", { projectName: project }, allowed({}))).to.equal("allowed");
    expect(answer("StartBuild", { projectName: "runner" }, allowed({}))).to.equal("refused");
  });

  it("and says so where a policy has a key that it does not know", () => {
    const statement = allowed({ Null: { [key("environment")]: "true" } });
    expect(() => answer("StartBuild", { projectName: "runner-apply" }, statement)).to.throw(
      UnjudgeablePolicy,
    );
  });

  it("and knows all keys of the release's role, which may start the project as it is", () => {
    const logGroupArn = `arn:aws:logs:ap-northeast-1:${account}:log-group:/apply`;
    const policy = releasePolicy({ projectArn: project, logGroupArn, variables: ["K8S_APPLY_DELETE"] });
    const start = (input: object) =>
      answer("StartBuild", { projectName: "runner-apply", ...input }, ...policy.Statement);
    expect(start({ sourceVersion: "a".repeat(40), ...variables("K8S_APPLY_DELETE") })).to.equal("allowed");
    expect(start(variables("PATH"))).to.equal("refused");
    const object = {
      ...{ location: "any", type: "OAUTH", fleetArn: "any", context: "any", credential: "any" },
      s3Logs: { status: "DISABLED" },
    };
    for (const { parameter } of deniedOverrides) {
      const values = [true, "any", object, [object]];
      expect(
        values.map((value) => start({ [parameter]: value })),
        parameter,
      ).to.include("refused");
    }
  });

  it("and builds by their project", () => {
    const statement = { Effect: "Allow", Action: "codebuild:*", Resource: project };
    const build = (name: string) => `${name}:8f1b0a52-0d41-4b8e-9c7a-2f5d1b60e934`;
    const arn = `arn:aws:codebuild:ap-northeast-1:${account}:build/${build("runner-apply")}`;
    expect(answer("BatchGetBuilds", { ids: [build("runner-apply"), arn] }, statement)).to.equal("allowed");
    const ids = [build("runner-apply"), build("runner")];
    expect(answer("BatchGetBuilds", { ids }, statement)).to.equal("refused");
    expect(answer("StopBuild", { id: build("runner") }, statement)).to.equal("refused");
  });
});
