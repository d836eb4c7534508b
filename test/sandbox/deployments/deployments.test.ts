import { ListOpenIDConnectProvidersCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { judgeWebIdentity } from "../../../sandbox/aws/iam/webIdentity";
import { table } from "../../../deployments/permissions/calls";
import { awsRequests, succeeded } from "../deployedWorld";
import { DeploymentsWorld } from "./deploymentsWorld";

describe("the deployments project, brought up by the real engine", function () {
  this.timeout(300_000);
  let world: DeploymentsWorld;
  /** When the world was there, and updates began. */
  let began = "";

  before(async () => {
    world = await DeploymentsWorld.start();
    began = new Date().toISOString();
    succeeded(await world.pulumi("up", "--yes", "--skip-preview"));
  });
  after(() => world.stop());

  const settingsOf = (stack: string) => world.cloud.stack("example-org", "eks-dryrun-runner", stack).settings;

  it("changes nothing when it is brought up again, nor after a refresh", async () => {
    succeeded(await world.pulumi("preview", "--expect-no-changes"));
    succeeded(await world.pulumi("refresh", "--yes"));
    succeeded(await world.pulumi("preview", "--expect-no-changes"));
  });

  it("keeps the app's key and the notice's address out of the state in clear", async () => {
    const state = succeeded(await world.pulumi("stack", "export"));
    expect(state).to.not.match(/canary-not-a-(?:key|hook|pulumi-token)/);
  });

  it("updates just the stack of the country whose file a merge changes", async () => {
    const deployments = world.deployments();
    await deployments.push("example-org/eks-dryrun-runner", "main", [
      "Pulumi.kr-production.yaml",
      "README.md",
    ]);
    const ran = deployments.history.filter(({ trigger }) => trigger === "push");
    expect(ran).to.deep.equal([
      { stack: "eks-dryrun-runner/kr-production", operation: "update", trigger: "push", result: "succeeded" },
    ]);
    // The country's update starts the home stack, as every region's does.
    expect(deployments.history.at(-1)).to.deep.equal({
      stack: "eks-dryrun-runner/ja-production",
      operation: "update",
      trigger: "eks-dryrun-runner/kr-production",
      result: "succeeded",
    });
    expect(await committedJobs())
      .to.include("dryrun-kr-production")
      .and.not.include("dryrun-in-production");
  });

  it("deploys a new region and then the home stack, so that the region enters the workflow in the same merge", async () => {
    const deployments = world.deployments();
    await deployments.push("example-org/eks-dryrun-runner", "main", ["stacks/environments.ts"]);
    const order = deployments.history.map(({ stack, result }) => `${stack.split("/")[1] ?? ""} ${result}`);
    expect(order).to.include.members(["kr-production succeeded", "in-production succeeded"]);
    expect(order.at(-1)).to.equal("ja-production succeeded");
    expect(
      deployments.history.some(({ stack, trigger }) => /ja-/.test(stack) && trigger === "push"),
    ).to.equal(false);
    expect(await committedJobs()).to.include("dryrun-in-production");
  });

  it("makes no call in an update that its role would not be allowed", () => {
    const allowed = new Set(table.map(({ action }) => action));
    const made = new Set(
      awsRequests(world.sandbox)
        .filter(({ time }) => time > began)
        .map(({ service, operation }) => `${iamPrefix[service] ?? service}:${operation}`)
        // The deployments project's own, which a person brings up.
        .filter((action) => !/OpenIDConnect/.test(action)),
    );
    expect(made.size).to.be.greaterThan(20);
    expect([...made].filter((action) => !allowed.has(action))).to.deep.equal([]);
  });

  it("looks for drift and starts nobody by it", async () => {
    const deployments = world.deployments();
    await deployments.detectDrift();
    expect(deployments.history.map(({ operation, result }) => `${operation} ${result}`)).to.deep.equal(
      Array(3).fill("detect-drift succeeded"),
    );
  });

  it("gives no stack's deployment the role of another, nor any role to another operation or organisation", async () => {
    const role = settingsOf("kr-production")!.operationContext.oidc.aws.roleARN;
    const attempt = async (changes: {
      aud?: string;
      stack?: string;
      operation?: string;
      project?: string;
    }) => {
      const {
        aud = "example-org",
        stack = "kr-production",
        operation = "update",
        project = "eks-dryrun-runner",
      } = changes;
      const sub = `pulumi:deploy:org:${aud}:project:${project}:stack:${stack}:operation:${operation}:scope:write`;
      try {
        await judgeWebIdentity(world.iam, role, { issuer: "api.pulumi.com/oidc", claims: { aud, sub } });
        return "let in";
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(await attempt({})).to.equal("let in");
    expect(await attempt({ stack: "in-production" })).to.equal("AccessDenied");
    expect(await attempt({ project: "eks-dryrun-runner-deployments" })).to.equal("AccessDenied");
    expect(await attempt({ operation: "preview" })).to.equal("AccessDenied");
    expect(await attempt({ operation: "destroy" })).to.equal("AccessDenied");
    expect(await attempt({ aud: "other-org" })).to.equal("InvalidIdentityToken");
  });

  it("leaves nothing behind when it is destroyed", async () => {
    succeeded(await world.pulumi("destroy", "--yes", "--skip-preview"));
    const { Roles = [] } = await world.iam.send(new ListRolesCommand({}));
    expect(
      Roles.map(({ RoleName }) => RoleName).filter((name) => /update|preview/.test(name ?? "")),
    ).to.deep.equal([]);
    const { OpenIDConnectProviderList } = await world.iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList ?? []).to.deep.equal([]);
    for (const stack of Object.values(world.cloud.all()))
      expect(stack).to.deep.equal({ driftSchedules: [], webhooks: [] });
  });

  async function committedJobs(): Promise<string[]> {
    const text = succeeded(await world.sandbox.git(["show", "main:.github/workflows/k8s-dryrun.yml"]));
    return Object.keys((parse(text) as { jobs: object }).jobs);
  }
});

/** IAM's prefix of a service, where it is another than the service's name on the wire. */
const iamPrefix: Record<string, string> = {};
