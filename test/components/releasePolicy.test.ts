import { expect } from "chai";
import { describe, it } from "mocha";
import { readFileSync } from "node:fs";
import { deniedOverrides, harmlessParameters } from "../../components/startBuildOverrides";
import { releasePolicy, releaseTrustPolicy } from "../../components/releasePolicy";
import { isAllowed, type Role } from "../../sandbox/aws/iam/evaluate";
import { startBuildContext } from "../../sandbox/aws/iam/startBuildKeys";

const projectArn = "arn:aws:codebuild:ap-northeast-1:123456789012:project/production-apply";
const logGroupArn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/codebuild/production-apply";
const role: Role = {
  arn: "arn:aws:iam::123456789012:role/ja-production-release",
  name: "ja-production-release",
  id: "AROA1",
  trust: { Statement: [] },
  policies: [releasePolicy({ projectArn, logGroupArn, variables: ["K8S_APPLY_DELETE"] })],
};

const may = (action: string, resource: string, input: Record<string, unknown> = {}) =>
  isAllowed(role, { action, resource, context: startBuildContext(input) });
const mayStart = (input: Record<string, unknown>) => may("codebuild:StartBuild", projectArn, input);

/** Every parameter of StartBuild but the project's name, from the SDK's own types. */
function parametersOfStartBuild(): string[] {
  const file = require.resolve("@aws-sdk/client-codebuild/dist-types/models/models_0.d.ts");
  const [, body = ""] = /interface StartBuildInput \{([\s\S]*?)\n\}/.exec(readFileSync(file, "utf8")) ?? [];
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)]
    .map(([, name]) => name!)
    .filter((one) => one !== "projectName");
}

/** A value that is not what a project says, for each parameter that the policy denies. */
const overrides: Record<string, unknown> = {
  artifactsOverride: { type: "S3", location: "bucket" },
  autoRetryLimitOverride: 3,
  buildspecOverride: "version: 0.2",
  buildStatusConfigOverride: { context: "x", targetUrl: "https://example.com" },
  cacheOverride: { type: "S3", location: "bucket/folder" },
  certificateOverride: "arn:aws:s3:::bucket/key",
  computeTypeOverride: "BUILD_GENERAL1_2XLARGE",
  encryptionKeyOverride: "alias/other",
  environmentTypeOverride: "ARM_CONTAINER",
  fleetOverride: { fleetArn: "arn:aws:codebuild:ap-northeast-1:123456789012:fleet/other" },
  imageOverride: "example.com/image",
  imagePullCredentialsTypeOverride: "SERVICE_ROLE",
  insecureSslOverride: true,
  logsConfigOverride: { cloudWatchLogs: { status: "DISABLED" } },
  privilegedModeOverride: true,
  registryCredentialOverride: { credential: "secret", credentialProvider: "SECRETS_MANAGER" },
  secondaryArtifactsOverride: [{ type: "S3", location: "bucket" }],
  secondarySourcesOverride: [{ type: "GITHUB", location: "https://github.com/o/n.git" }],
  serviceRoleOverride: "arn:aws:iam::123456789012:role/other",
  sourceAuthOverride: { type: "OAUTH", resource: "token" },
  sourceLocationOverride: "https://github.com/o/n.git",
};

describe("the policy of the release's role", () => {
  it("names every parameter of StartBuild: as denied, or why it does no harm", () => {
    const named = [...deniedOverrides, ...harmlessParameters].map(({ parameter }) => parameter);
    // Newer than the SDK that is installed.
    const known = [...parametersOfStartBuild(), "hostKernelOverride"];
    expect([...new Set(known)]).to.have.length.greaterThan(30);
    expect(named).to.have.members([...new Set(known)]);
  });

  it("lets a build start of a commit, with exact names to delete and without", () => {
    expect(mayStart({ sourceVersion: "0".repeat(40) })).to.equal(true);
    const names = [{ name: "K8S_APPLY_DELETE", value: "ConfigMap/app/old", type: "PLAINTEXT" }];
    expect(mayStart({ sourceVersion: "0".repeat(40), environmentVariablesOverride: names })).to.equal(true);
  });

  for (const { parameter } of deniedOverrides) {
    it(`lets none start with ${parameter}`, () => {
      expect(overrides).to.have.property(parameter);
      expect(mayStart({ [parameter]: overrides[parameter] })).to.equal(false);
    });
  }

  it("lets none start with a variable of another name, alone or beside the one", () => {
    const variable = (name: string) => ({ name, value: "x" });
    for (const names of [["PATH"], ["K8S_APPLY_DELETE", "NODE_OPTIONS"], ["k8s_apply_delete"]]) {
      const environmentVariablesOverride = names.map(variable);
      expect(mayStart({ environmentVariablesOverride }), names.join()).to.equal(false);
    }
  });

  it("reaches one project and its log, and does nothing else there", () => {
    expect(may("codebuild:BatchGetBuilds", projectArn)).to.equal(true);
    expect(may("logs:GetLogEvents", `${logGroupArn}:log-stream:build-1`)).to.equal(true);
    const runner = projectArn.replace("production-apply", "production");
    for (const action of ["codebuild:StartBuild", "codebuild:BatchGetBuilds"])
      expect(may(action, runner), action).to.equal(false);
    expect(may("logs:GetLogEvents", `${logGroupArn}-2:log-stream:build-1`)).to.equal(false);
    const others = ["StopBuild", "RetryBuild", "StartBuildBatch", "StartSandbox", "UpdateProject"];
    for (const action of others) expect(may(`codebuild:${action}`, projectArn), action).to.equal(false);
  });
});

describe("who may take the release's role", () => {
  const trust = releaseTrustPolicy(
    "arn:provider",
    { fullName: "example-org/manifests", id: "600", ownerId: "500" },
    "ja-production",
    { path: ".github/workflows/k8s-apply-environment.yml", branch: "main" },
  ) as { Statement: { Action: string; Principal: object; Condition: object }[] };

  it("is a job in the protected environment of the one repository, by the workflow of the default branch", () => {
    expect(trust.Statement).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { Federated: "arn:provider" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:repository_id": "600",
            "token.actions.githubusercontent.com:sub": [
              "repo:example-org@500/manifests@600:environment:ja-production",
              "repo:example-org/manifests:environment:ja-production",
            ],
            "token.actions.githubusercontent.com:job_workflow_ref":
              "example-org/manifests/.github/workflows/k8s-apply-environment.yml@refs/heads/main",
          },
        },
      },
    ]);
  });
});
