import { rm } from "node:fs/promises";
import { IAMClient } from "@aws-sdk/client-iam";
import { judgeWebIdentity } from "../../../sandbox/aws/iam/webIdentity";
import { copyDeploymentsProject } from "../../../sandbox/engine/deploymentsProject";
import { Access } from "../../../sandbox/pulumiCloud/access";
import { Cloud } from "../../../sandbox/pulumiCloud/cloud";
import { Deployments, type Executor } from "../../../sandbox/pulumiCloud/deployments";
import { startPulumiCloud, type PulumiCloud } from "../../../sandbox/pulumiCloud/server";
import { startSandbox, type Outcome, type Sandbox } from "../../../sandbox/testing";
import { canaryKey, own } from "../../deployments/settings";
import { succeeded } from "../deployedWorld";

const accessToken = "canary-not-a-pulumi-token";

/** A sandbox with Pulumi Cloud beside it, and a copy of the deployments project's files that tests may change. */
export class DeploymentsWorld {
  private constructor(
    readonly sandbox: Sandbox,
    readonly cloud: Cloud,
    private readonly service: PulumiCloud,
    private readonly project: string,
    readonly iam: IAMClient,
  ) {}

  static async start(): Promise<DeploymentsWorld> {
    const sandbox = await startSandbox();
    const cloud = new Cloud(sandbox.folder.world(), "example-org", sandbox.folder.pulumiState());
    const service = await startPulumiCloud(
      cloud,
      new Access(sandbox.folder.world(), "example-org", accessToken, {}),
    );
    const project = await copyDeploymentsProject(sandbox.folder.root, {
      "pulumiservice:apiUrl": service.url,
      [own("githubAppPrivateKey")]: canaryKey,
      [own("noticeUrl")]: "https://hooks.example.com/services/canary-not-a-hook",
    });
    const iam = new IAMClient({
      endpoint: `http://127.0.0.1:${String(sandbox.state.ports.aws)}`,
      region: "ap-northeast-1",
      credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
    });
    const world = new DeploymentsWorld(sandbox, cloud, service, project, iam);
    try {
      await world.initialise();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  /** Runs pulumi on the deployments project. */
  pulumi(...args: string[]): Promise<Outcome> {
    return this.sandbox.pulumi(args, { cwd: this.project, stack: "production" });
  }

  /** Pulumi Deployments, which take the stacks' roles and run the real engine. */
  deployments(): Deployments {
    const executor: Executor = {
      assumeRole: (roleArn, issuer, { aud, sub }) =>
        judgeWebIdentity(this.iam, roleArn, { issuer, claims: { aud, sub } }),
      run: async (stack, operation) => {
        const command =
          operation === "update" ? ["up", "--yes", "--skip-preview"] : ["refresh", "--preview-only"];
        const [, name = ""] = stack.split("/");
        succeeded(await this.sandbox.pulumi(command, { stack: name }));
      },
    };
    return new Deployments(this.cloud, executor);
  }

  async stop(): Promise<void> {
    this.iam.destroy();
    await this.service.stop();
    await this.sandbox.stop();
    await rm(this.project, { recursive: true, force: true });
  }

  private async initialise(): Promise<void> {
    succeeded(await this.sandbox.pulumi(["stack", "init", "production"], { cwd: this.project }));
    succeeded(await this.pulumi("config", "set", "--secret", "pulumiservice:accessToken", accessToken));
  }
}
