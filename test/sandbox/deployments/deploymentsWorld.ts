import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
import { parseDocument } from "yaml";
import { judgeWebIdentity } from "../../../sandbox/aws/iam/webIdentity";
import { checkout } from "../../../sandbox/folder";
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
    const service = await startPulumiCloud(cloud, accessToken);
    const project = await projectCopy(sandbox.folder.root, {
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

/** Pulumi writes into stack files, so tests work on copies whose `main` leads back. */
async function projectCopy(root: string, config: Record<string, string>): Promise<string> {
  const source = join(checkout, "deployments");
  const copy = await mkdtemp(join(root, "deployments-"));
  const stackFile = parseDocument(await readFile(join(source, "Pulumi.production.yaml"), "utf8"));
  for (const [key, value] of Object.entries(config)) stackFile.setIn(["config", key], value);
  await writeFile(join(copy, "Pulumi.production.yaml"), stackFile.toString());
  const document = parseDocument(await readFile(join(source, "Pulumi.yaml"), "utf8"));
  document.set("main", join(relative(copy, source), String(document.get("main"))));
  await writeFile(join(copy, "Pulumi.yaml"), document.toString());
  return copy;
}
