import { dirname } from "node:path";
import { ensureKubectl } from "../../toolchain/kubectl";
import type { BuildAccess } from "../eks/buildAccess";
import { BuildLog } from "./buildLog";
import type { CommandPhase } from "./buildspec";
import { buildVariables } from "./buildVariables";
import { BuildFailure } from "./buildFailure";
import type { BuildRun } from "./playBuild";
import { SourceBuild } from "./sourceBuild";

/** Minor of the kubectl that all of CodeBuild's images have: aws/aws-codebuild-docker-images, in 2026. */
const kubectlOfImages = 35;

/** The phases of a build that is for no job. */
export class SourceRun {
  private machine: SourceBuild | undefined;
  private access: BuildAccess | undefined;
  private hasFailed = false;

  constructor(private readonly build: BuildRun) {}

  async download(): Promise<void> {
    const { world, record, signal } = this.build;
    const { source, sourceVersion = "", environment } = record.build;
    if (!environment.image.startsWith("aws/codebuild/"))
      throw refused("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", `the sandbox has no image ${environment.image}`);
    const typed = environment.environmentVariables?.find(({ type = "PLAINTEXT" }) => type !== "PLAINTEXT");
    // https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
    if (typed) throw refused("CLIENT_ERROR", `the role may not read the value of ${typed.name}`);
    const host = source.type === "GITHUB" ? world.sourceHost : undefined;
    if (!host && source.type !== "NO_SOURCE")
      throw refused("CLIENT_ERROR", `the sandbox has no source ${source.type}`);
    const version = `for primary source and source version ${sourceVersion}`;
    if (host)
      await this.build.reachGitHub(`Get "${source.location ?? ""}/info/refs": i/o timeout ${version}`);
    const log = this.build.log ?? (await BuildLog.open(world.logs(""), {}));
    this.machine = await SourceBuild.open(record, host, log, signal);
    const commit = await this.machine.download().catch((error: unknown) => {
      throw refused("CLIENT_ERROR", `${(error as Error).message} ${version}`);
    });
    if (commit !== undefined)
      this.build.change(({ build }) => {
        build.resolvedSourceVersion = commit;
      });
    this.access = await this.build.open();
    const kubectl = await ensureKubectl(kubectlOfImages);
    this.machine.begin({
      variables: buildVariables(record, world.toolCache),
      access: this.access,
      version: commit,
      tools: [dirname(kubectl)],
    });
  }

  /** @throws BuildFailure in AWS's words: https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html */
  async run(phase: CommandPhase): Promise<void> {
    if (this.hasFailed) await this.machine?.tellFailure();
    const failure = await this.machine?.run(phase);
    if (failure === undefined) return;
    this.hasFailed = true;
    throw new BuildFailure("COMMAND_EXECUTION_ERROR", failure, failure);
  }

  async close(): Promise<void> {
    await this.machine?.close();
    await this.access?.close();
  }
}

function refused(statusCode: string, reason: string): BuildFailure {
  return new BuildFailure(statusCode, reason, reason);
}
