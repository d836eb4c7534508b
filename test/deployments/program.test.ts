import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { mockStack, namesOf, only, settled, type Registered } from "../pulumiMocks";
import { canaryKey, own, shippedConfig } from "./settings";

interface SettingsInputs {
  vcs: object;
  sourceContext: object;
  operationContext: {
    oidc: { aws: object };
    options: object;
    preRunCommands?: string[];
    environmentVariables?: Record<string, string>;
  };
}

const secretMark = "4dabf18193072939515e22adb298388d";

/** A value without the marks of its secrets. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (value === null || typeof value !== "object") return value;
  if (secretMark in value) return revealed((value as unknown as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

/** A value as text, with `(secret)` for each secret. */
const shownText = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && secretMark in inner ? "(secret)" : inner,
  );

const settingsType = "pulumiservice:index:DeploymentSettings";
const webhookType = "pulumiservice:index:Webhook";

async function up(changes: Record<string, string | undefined> = {}) {
  const registered = await mockStack("production", { functions: {} });
  const config = Object.entries({ ...shippedConfig(), ...changes }).filter(
    ([, value]) => value !== undefined,
  );
  pulumi.runtime.setAllConfig(Object.fromEntries(config) as Record<string, string>);
  const module = require.resolve("../../deployments/index");
  delete require.cache[module];
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const program = require(module) as () => { previewRoleArn: pulumi.Output<string> };
  const outputs = await pulumi.runtime.runInPulumiStack(async () => Promise.resolve(program()));
  await settled();
  return { registered, outputs: outputs as Record<string, unknown> };
}

const settingsOf = (registered: Registered[], stack: string) =>
  revealed(only(registered, settingsType, stack).inputs) as SettingsInputs;

describe("the deployments project", () => {
  it("deploys every stack that has a runner from the default branch, and makes no review stacks", async () => {
    const { registered } = await up();
    expect(namesOf(registered, settingsType)).to.have.members([
      "ja-production",
      "in-production",
      "kr-production",
    ]);
    for (const stack of ["ja-production", "kr-production"]) {
      const inputs = settingsOf(registered, stack);
      expect(inputs).to.include({ organization: "example-org", project: "eks-dryrun-runner", stack });
      expect(inputs.vcs).to.include({
        provider: "github",
        repository: "example-org/eks-dryrun-runner",
        deployCommits: true,
        previewPullRequests: false,
        pullRequestTemplate: false,
      });
      expect(inputs.sourceContext).to.deep.equal({ git: { branch: "main" } });
    }
  });

  it("gives each stack's deployments its own role, by OIDC, and no key", async () => {
    const { registered } = await up();
    for (const stack of ["ja-production", "kr-production"]) {
      const { operationContext } = settingsOf(registered, stack);
      expect(operationContext.oidc.aws).to.include({
        roleARN: `arn:aws:iam::123456789012:role/${stack}-update-1a2b3c4`,
        sessionName: "${stack.name}-${deployment.id}",
      });
      expect(operationContext.options).to.deep.equal({ skipIntermediateDeployments: true });
    }
    expect(JSON.stringify(registered)).to.not.match(/AWS_(?:ACCESS|SECRET)/);
  });

  it("starts the home stack after each region's update, and after nothing else", async () => {
    const { registered } = await up();
    const triggers = registered.filter(
      ({ type, inputs }) => type === webhookType && inputs.format === "pulumi_deployments",
    );
    expect(triggers.map(({ inputs }) => inputs.stackName)).to.have.members([
      "in-production",
      "kr-production",
    ]);
    for (const { inputs } of triggers)
      expect(inputs).to.deep.include({
        payloadUrl: "eks-dryrun-runner/ja-production",
        filters: ["update_succeeded"],
        active: true,
      });
  });

  it("looks for drift each night, tells of it and changes nothing", async () => {
    const { registered } = await up();
    const schedules = registered.filter(({ type }) => type === "pulumiservice:index:DriftSchedule");
    expect(schedules).to.have.length(3);
    for (const { inputs } of schedules) expect(inputs).to.include({ autoRemediate: false });
    const notices = registered.filter(
      ({ type, inputs }) => type === webhookType && inputs.format === "slack",
    );
    expect(notices.map(({ inputs }) => inputs.stackName)).to.have.length(3);
    for (const { inputs } of notices)
      expect(inputs.filters).to.deep.equal(["drift_detected", "drift_detection_failed"]);
  });

  it("hands the app's key to the home stack's deployments alone, as a secret", async () => {
    const { registered } = await up();
    const { operationContext } = settingsOf(registered, "ja-production");
    expect(operationContext.preRunCommands).to.deep.equal([
      "node deployments/githubToken.mjs >> /PULUMI_ENV",
    ]);
    expect(operationContext.environmentVariables).to.include({ GITHUB_APP_PRIVATE_KEY: canaryKey });
    expect(shownText(registered)).to.not.include("canary-not-a-key");
    const others = registered.filter(({ name }) => !name.startsWith("ja-production"));
    expect(JSON.stringify(others)).to.not.include("canary-not-a-key");
  });

  it("keeps the address of the notice a secret", async () => {
    const { registered } = await up();
    expect(JSON.stringify(registered)).to.include("canary-not-a-hook");
    expect(shownText(registered)).to.not.include("canary-not-a-hook");
  });

  it("lets deployments preview pull requests, with the update role, only where that was asked for", async () => {
    const trustOf = async (changes = {}) => {
      const { registered } = await up(changes);
      return String(only(registered, "aws:iam/role:Role", "kr-production-update").inputs.assumeRolePolicy);
    };
    expect(await trustOf()).to.not.include("operation:preview");
    expect(await trustOf({ [own("deploymentPreviews")]: "true" })).to.include("operation:preview");
  });

  it("uses an identity provider that the account has already", async () => {
    const arn = "arn:aws:iam::123456789012:oidc-provider/api.pulumi.com/oidc";
    const { registered } = await up({ [own("pulumiIdentityProviderArn")]: arn });
    expect(namesOf(registered, "aws:iam/openIdConnectProvider:OpenIdConnectProvider")).to.deep.equal([
      "identity-github",
    ]);
    const role = only(registered, "aws:iam/role:Role", "kr-production-update");
    expect(String(role.inputs.assumeRolePolicy)).to.include(arn);
  });

  it("puts out the roles that the preview workflow and people need", async () => {
    const { outputs } = await up();
    expect(outputs).to.have.all.keys("previewRoleArn", "updateRoleArns");
  });
});
