import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Registration, RunnerHost } from "../../github/actions/runners";
import type { Clock } from "../../github/clock";
import { judgeEgress } from "../../judge/egress";
import { overridesIn, registrationOf } from "../../judge/label";
import { judgeCredential, judgeTrust, missingLogAccess, missingNetworkAccess } from "../../judge/role";
import type { Judgement, Snapshot } from "../../judge/snapshot";
import type { OpenBuild } from "../eks/buildAccess";
import type { Role } from "../iam/evaluate";
import { roleUse, type AccountView } from "./authorization";
import { BuildLog, logGroupExists } from "./buildLog";
import type { Ending, PlayBuild } from "./buildQueue";
import { beginPhase, complete, endPhase, type BuildRecord, type Builds } from "./builds";
import { buildVariables } from "./buildVariables";

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
  /** Folder of the runner's tool cache, as `RUNNER_TOOL_CACHE` has it. @default none */
  toolCache?: string;
}

/** What fails a build, as AWS and as the judge words it. */
class BuildFailure extends Error {
  constructor(
    readonly statusCode: string,
    message: string,
    readonly reason: string,
  ) {
    super(message);
  }
}

/** The phases of a build between the queue and its end, each with what happens in it. */
type Phases = [phaseType: string, act?: () => Promise<void>][];

/**
 * Plays one build: what AWS looks at is looked at in the phase in which AWS meets it, then the machine registers as a
 * runner, runs one job and ends. A build that fails before leaves its job queued on GitHub.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export function playBuild(world: BuildWorld): PlayBuild {
  return async (record, signal) => {
    const run = new BuildRun(world, record, signal);
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

class BuildRun {
  private readonly use;
  private readonly uuid: string;
  private log: BuildLog | undefined;

  constructor(
    private readonly world: BuildWorld,
    private readonly record: BuildRecord,
    private readonly signal: AbortSignal,
  ) {
    const { build, projectArn } = record;
    this.use = roleUse({ ...build, arn: projectArn }, world.accountId);
    this.uuid = build.id.split(":")[1] ?? "";
  }

  async playPhases(phases: Phases): Promise<void> {
    this.change(({ build }) => {
      endPhase(build, "SUCCEEDED", this.now());
    });
    for (const [phaseType, act] of phases) {
      this.change(({ build }) => {
        beginPhase(build, phaseType, this.now());
      });
      const failure = await act?.().catch((error: unknown) => asFailure(error));
      if (this.signal.aborted) {
        this.end(this.signal.reason as Ending);
        return;
      }
      if (failure) {
        await this.log?.write(`Phase ${phaseType} failed: ${failure.message}`);
        this.end("FAILED", failure);
        return;
      }
      this.change(({ build }) => {
        endPhase(build, "SUCCEEDED", this.now());
      });
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
    const { build, job } = this.record;
    const role = this.world.visibleRole(build.serviceRole);
    const arn = this.use.connectionArn ?? "";
    if (role) {
      const credential = judgeCredential(this.use, role, this.world.connection(arn)?.ConnectionStatus);
      if (!credential.ok)
        throw new BuildFailure("CLIENT_ERROR", `Access denied to connection ${arn}`, credential.reason);
    }
    if (this.use.subnetIds.length > 0) {
      const egress = judgeEgress(await this.world.snapshot(this.use.region), this.use);
      if (!egress.ok)
        throw new BuildFailure(
          "CLIENT_ERROR",
          `RequestError: send request failed caused by: Post "https://api.github.com/repos/${job.repository}/actions/runners/registration-token": i/o timeout`,
          egress.reason,
        );
    }
    const refusal = this.world.runners.refusalOf(this.registration());
    if (refusal)
      throw new BuildFailure("CLIENT_ERROR", `GitHub refuses to register the runner: ${refusal}`, refusal);
  }

  private registration(): Registration {
    const { build, job } = this.record;
    const variables = (build.environment.environmentVariables ?? []).map(({ name, value }) => [name, value]);
    return registrationOf(
      overridesIn(job.labels),
      Object.fromEntries(variables) as Record<string, string>,
      job.repository,
    );
  }

  /** The build succeeds when the runner ends well, whatever became of the job: GitHub shows that. */
  async runJob(): Promise<void> {
    const { build, job } = this.record;
    const access = await this.world.openBuild({
      region: this.use.region,
      buildId: build.id,
      projectArn: this.record.projectArn,
      roleArn: build.serviceRole,
      vpcId: build.vpcConfig?.vpcId ?? "",
      subnetIds: this.use.subnetIds,
      securityGroupIds: this.use.securityGroupIds,
    });
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

  private end(status: Ending | "FAILED", failure?: BuildFailure): void {
    this.change((record) => {
      const context = failure && { statusCode: failure.statusCode, message: failure.message };
      endPhase(record.build, status, this.now(), context);
      complete(record.build, status, this.now());
      if (failure) record.reason = failure.reason;
    });
  }

  private change(change: (record: BuildRecord) => void): void {
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
