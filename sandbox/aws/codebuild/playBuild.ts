import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Registration, RunnerHost } from "../../github/actions/runners";
import type { Clock } from "../../github/clock";
import { judgeEgress } from "../../judge/egress";
import { overridesIn, registrationOf } from "../../judge/label";
import { judgeCredential, judgeTrust, missingLogAccess, missingNetworkAccess } from "../../judge/role";
import type { Judgement, Snapshot } from "../../judge/snapshot";
import type { BuildAccess, OpenBuild } from "../eks/buildAccess";
import type { Role } from "../iam/evaluate";
import { roleUse, type AccountView } from "./authorization";
import { BuildLog, logGroupExists } from "./buildLog";
import { BuildFailure } from "./buildFailure";
import type { Ending, PlayBuild } from "./buildQueue";
import { beginPhase, complete, endPhase, type BuildRecord, type Builds, type QueuedJob } from "./builds";
import { buildVariables } from "./buildVariables";
import type { SourceHost } from "./sourceBuild";
import { SourceRun } from "./sourceRun";

/** What builds need of the world. */
export interface BuildWorld extends AccountView {
  builds: Builds;
  clock: Clock;
  logs: (region: string) => CloudWatchLogsClient;
  snapshot: (region: string) => Promise<Snapshot>;
  /** Gives a build its credentials and its way to the clusters. */
  openBuild: OpenBuild;
  /** Where the build registers as a runner. */
  runners: RunnerHost;
  /** Where sources are cloned from. @default nothing is */
  sourceHost?: SourceHost;
  /** Folder of the runner's tool cache, as `RUNNER_TOOL_CACHE` has it. @default none */
  toolCache?: string;
}

/**
 * The phases of a build between the queue and its end, each with what happens in it, and the phases after whose failure it
 * comes all the same.
 */
type Phases = [phaseType: string, act?: () => Promise<void>, after?: string[]][];

/**
 * Plays one build: what AWS looks at is looked at in the phase in which AWS meets it, then the machine registers as a
 * runner, runs one job and ends. A build that fails before leaves its job queued on GitHub. One that is for no job clones the
 * project's source and runs its buildspec; after a failed build the phase POST_BUILD comes all the same.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export function playBuild(world: BuildWorld): PlayBuild {
  return async (record, signal) => {
    const run = new BuildRun(world, record, signal);
    if (!record.job) {
      const ofSource = new SourceRun(run);
      await run.playPhases([
        ["PROVISIONING", () => run.provision()],
        ["DOWNLOAD_SOURCE", () => ofSource.download()],
        ["INSTALL", () => ofSource.run("install")],
        ["PRE_BUILD", () => ofSource.run("pre_build")],
        ["BUILD", () => ofSource.run("build")],
        ["POST_BUILD", () => ofSource.run("post_build"), ["BUILD"]],
        ["UPLOAD_ARTIFACTS", undefined, ["BUILD", "POST_BUILD"]],
        ["FINALIZING", undefined, ["INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD"]],
      ]);
      await ofSource.close();
      return;
    }
    await run.playPhases([
      ["PROVISIONING", () => run.provision()],
      ["DOWNLOAD_SOURCE", () => run.fetchRunnerToken()],
      ["INSTALL"],
      ["PRE_BUILD"],
      ["BUILD", () => run.runJob()],
      ["POST_BUILD"],
      ["UPLOAD_ARTIFACTS"],
      ["FINALIZING"],
    ]);
  };
}

export class BuildRun {
  private readonly use;
  private readonly uuid: string;
  log: BuildLog | undefined;

  constructor(
    readonly world: BuildWorld,
    readonly record: BuildRecord,
    readonly signal: AbortSignal,
  ) {
    const { build, projectArn } = record;
    this.use = roleUse({ ...build, arn: projectArn }, world.accountId);
    this.uuid = build.id.split(":")[1] ?? "";
  }

  async playPhases(phases: Phases): Promise<void> {
    this.change(({ build }) => {
      endPhase(build, "SUCCEEDED", this.now());
    });
    let failed: { phaseType: string; failure: BuildFailure } | undefined;
    for (const [phaseType, act, after = []] of phases) {
      if (failed && !after.includes(failed.phaseType)) continue;
      this.change(({ build }) => {
        beginPhase(build, phaseType, this.now());
      });
      const failure = await act?.().catch((error: unknown) => asFailure(error));
      if (this.signal.aborted) {
        this.end(this.signal.reason as Ending);
        return;
      }
      if (failure) {
        failed ??= { phaseType, failure };
        await this.log?.write(`Phase ${phaseType} failed: ${failure.message}`);
      }
      const context = failure ? { statusCode: failure.statusCode, message: failure.message } : undefined;
      this.change(({ build }) => {
        endPhase(build, failure ? "FAILED" : "SUCCEEDED", this.now(), context);
      });
    }
    if (failed) {
      this.fail(failed.failure);
      return;
    }
    this.change(({ build }) => {
      complete(build, "SUCCEEDED", this.now());
    });
  }

  /** Takes the role, opens the log and makes a network interface. AWS does not say which of them comes first. */
  async provision(): Promise<void> {
    const { build } = this.record;
    const role = this.world.visibleRole(build.serviceRole);
    const trust = judgeTrust(this.use, role);
    if (!role || !trust.ok)
      throw new BuildFailure(
        "ACCESS_DENIED",
        "CodeBuild is not authorized to perform: sts:AssumeRole on service role",
        reasonOf(trust),
      );
    await this.openLog(role);
    const missing = missingNetworkAccess(this.use, role);
    if (missing)
      // https://github.com/aws/aws-cdk/issues/12705
      throw new BuildFailure(
        "VPC_CLIENT_ERROR",
        "Unexpected EC2 error: UnauthorizedOperation",
        `the role may not ${missing.action} on ${missing.resource}`,
      );
  }

  /** https://github.com/aws/aws-cdk/issues/12179 */
  private async openLog(role: Role): Promise<void> {
    const { build } = this.record;
    const { groupName: group, streamName: stream } = build.logs;
    const logs = this.world.logs(this.use.region);
    if (group !== undefined && stream !== undefined) {
      const log = { group, stream, groupExists: await logGroupExists(logs, group) };
      const missing = missingLogAccess({ ...this.use, log }, role);
      if (missing)
        throw new BuildFailure(
          "ACCESS_DENIED",
          `Service role ${role.arn} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for ` +
            `build ${build.arn}. Error message: User: arn:aws:sts::${this.use.accountId}:assumed-role/${role.name}/` +
            `AWSCodeBuild-${this.uuid} is not authorized to perform: ${missing.action} on resource: ` +
            `${missing.resource} because no identity-based policy allows the ${missing.action} action`,
          `the role may not ${missing.action} on ${missing.resource}`,
        );
    }
    this.log = await BuildLog.open(logs, build.logs);
  }

  /**
   * The token to register with is fetched in this phase, from inside the VPC and with the connection:
   * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
   *
   * A build without a way out hangs on AWS before it fails (https://github.com/CloudSnorkel/cdk-github-runners/pull/558);
   * here it fails at once. The text that AWS then shows is not known.
   */
  async fetchRunnerToken(): Promise<void> {
    const { repository } = this.job;
    await this.reachGitHub(
      `RequestError: send request failed caused by: Post "https://api.github.com/repos/${repository}/actions/runners/registration-token": i/o timeout`,
    );
    const refusal = this.world.runners.refusalOf(this.registration());
    if (refusal)
      throw new BuildFailure("CLIENT_ERROR", `GitHub refuses to register the runner: ${refusal}`, refusal);
  }

  /** With the connection, from inside the VPC. @param timeout what AWS shows where there is no way out */
  async reachGitHub(timeout: string): Promise<void> {
    const { build } = this.record;
    const role = this.world.visibleRole(build.serviceRole);
    const arn = this.use.connectionArn ?? "";
    if (role) {
      const credential = judgeCredential(this.use, role, this.world.connection(arn)?.ConnectionStatus);
      if (!credential.ok)
        throw new BuildFailure("CLIENT_ERROR", `Access denied to connection ${arn}`, credential.reason);
    }
    if (this.use.subnetIds.length > 0) {
      const egress = judgeEgress(await this.world.snapshot(this.use.region), this.use);
      if (!egress.ok) throw new BuildFailure("CLIENT_ERROR", timeout, egress.reason);
    }
  }

  private get job(): QueuedJob {
    if (!this.record.job) throw new Error("The build is for no job.");
    return this.record.job;
  }

  private registration(): Registration {
    const { build } = this.record;
    const { job } = this;
    const variables = (build.environment.environmentVariables ?? []).map(({ name, value }) => [name, value]);
    return registrationOf(
      overridesIn(job.labels),
      Object.fromEntries(variables) as Record<string, string>,
      job.repository,
    );
  }

  /** The build succeeds when the runner ends well, whatever became of the job: GitHub shows that. */
  async runJob(): Promise<void> {
    const { build } = this.record;
    const { job } = this;
    const access = await this.open();
    try {
      await this.log?.write(`Waiting for a job with the labels ${job.labels.join(", ")}`);
      // Ended while the machine was made ready: it no longer registers.
      if (this.signal.aborted) return;
      const outcome = await this.world.runners.runJob({
        registration: this.registration(),
        // The docs' warning that one job's runner may take another's job shows that the runner has the job's labels.
        labels: ["self-hosted", "Linux", "X64", ...job.labels],
        name: `${build.projectName}-${this.uuid}`,
        environment: { ...buildVariables(this.record, this.world.toolCache), ...access.environment },
        signal: this.signal,
      });
      if (outcome) await this.log?.write(`Job ${String(outcome.jobId)} ended: ${outcome.conclusion}`);
    } finally {
      await access.close();
    }
  }

  /** Credentials of the role, and the ways to the clusters. */
  open(): Promise<BuildAccess> {
    const { build, projectArn } = this.record;
    return this.world.openBuild({
      region: this.use.region,
      buildId: build.id,
      projectArn,
      roleArn: build.serviceRole,
      vpcId: build.vpcConfig?.vpcId ?? "",
      subnetIds: this.use.subnetIds,
      securityGroupIds: this.use.securityGroupIds,
    });
  }

  private end(status: Ending): void {
    this.change(({ build }) => {
      endPhase(build, status, this.now());
      complete(build, status, this.now());
    });
  }

  private fail({ reason }: BuildFailure): void {
    this.change((record) => {
      complete(record.build, "FAILED", this.now());
      record.reason = reason;
    });
  }

  change(change: (record: BuildRecord) => void): void {
    this.world.builds.change(this.record, change);
  }

  private now(): number {
    return this.world.clock.now() / 1000;
  }
}

/** What is nobody's mistake but the sandbox's is AWS's internal error, and said aloud. */
function asFailure(error: unknown): BuildFailure {
  if (error instanceof BuildFailure) return error;
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  return new BuildFailure("INTERNAL_SERVICE_ERROR", message, `the sandbox failed: ${message}`);
}

function reasonOf(judgement: Judgement): string {
  return judgement.ok ? "the role is not seen by CodeBuild" : judgement.reason;
}
