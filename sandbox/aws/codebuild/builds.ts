import { join } from "node:path";
import { Store } from "../store";
import type { Project } from "./projects";

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BuildPhase.html Times are seconds since 1970. */
export interface BuildPhase {
  phaseType: string;
  phaseStatus?: string;
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts?: { statusCode: string; message: string }[];
}

export type BuildStatus = "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | "FAULT" | "TIMED_OUT" | "STOPPED";

/** A build, as BatchGetBuilds shows it: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html */
export interface Build extends Pick<
  Project,
  | "source"
  | "environment"
  | "serviceRole"
  | "timeoutInMinutes"
  | "queuedTimeoutInMinutes"
  | "encryptionKey"
  | "cache"
> {
  /** `<project>:<uuid>`. */
  id: string;
  arn: string;
  buildNumber: number;
  projectName: string;
  startTime: number;
  endTime?: number;
  currentPhase: string;
  buildStatus: BuildStatus;
  buildComplete: boolean;
  phases: BuildPhase[];
  initiator: string;
  sourceVersion?: string;
  /** Commit that the source is at. */
  resolvedSourceVersion?: string;
  vpcConfig?: Project["vpcConfig"];
  logs: {
    groupName?: string;
    streamName?: string;
    cloudWatchLogsArn?: string;
    cloudWatchLogs?: Project["logsConfig"]["cloudWatchLogs"];
  };
}

/** A job that waits for a runner, as GitHub told of it. */
export interface QueuedJob {
  id: number;
  name: string;
  workflowName: string;
  runId: number;
  runAttempt: number;
  labels: string[];
  /** `owner/name`. */
  repository: string;
  /** GitHub's numeric id of who caused it. */
  actorAccountId: string;
}

/** A build that a person or program started. */
export interface Started {
  /** Who did, as `initiator` shows it. */
  initiator: string;
  /** The same token starts nothing more. */
  idempotencyToken?: string;
}

/** What a build was started for. */
export type Cause = { job: QueuedJob } | { started: Started };

/** A build and what the sandbox keeps beside it. */
export interface BuildRecord {
  build: Build;
  projectArn: string;
  /** The job that it was started for; its runner takes the oldest job of the same labels. @default it runs the buildspec */
  job?: QueuedJob;
  /** Where no job is. */
  started?: Started;
  /** Why it failed, in the judge's words. */
  reason?: string;
}

interface State {
  records: Record<string, BuildRecord[]>;
  /** How many builds run at once, where it is not a new account's one. */
  quotas: Record<string, number>;
}

/**
 * What an account may run at once that AWS does not know yet.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
 */
export const newAccountQuota = 1;

/** What CodeBuild remembers of builds, for each region. */
export class Builds {
  private readonly store: Store<State>;

  constructor(directory: string) {
    this.store = Store.open(join(directory, "codebuild-builds.json"), { records: {}, quotas: {} });
  }

  /** All of a region, the oldest first. */
  in(region: string): readonly BuildRecord[] {
    return this.store.get().records[region] ?? [];
  }

  /** All of all regions. */
  all(): readonly BuildRecord[] {
    return Object.values(this.store.get().records).flat();
  }

  find(region: string, idOrArn: string): BuildRecord | undefined {
    return this.in(region).find(({ build }) => build.id === idOrArn || build.arn === idOrArn);
  }

  add(region: string, record: BuildRecord): void {
    this.store.change(({ records }) => {
      (records[region] ??= []).push(record);
    });
  }

  /** Changes a record in place. A build that runs does so twenty times, and is lost with the process anyway. */
  change(record: BuildRecord, change: (record: BuildRecord) => void): void {
    this.store.changeSoon(() => {
      change(record);
    });
  }

  /** Keeps what has changed last. */
  flush(): void {
    this.store.flush();
  }

  /** How many builds run at once in a region. */
  quota(region: string): number {
    return this.store.get().quotas[region] ?? newAccountQuota;
  }

  setQuota(region: string, quota: number): void {
    this.store.change(({ quotas }) => {
      quotas[region] = quota;
    });
  }
}

/** Ends the current phase. @param context what AWS would show of a failure */
export function endPhase(
  build: Build,
  phaseStatus: string,
  time: number,
  context?: { statusCode: string; message: string },
): void {
  const phase = build.phases.at(-1);
  if (!phase) return;
  Object.assign(phase, {
    phaseStatus,
    endTime: time,
    durationInSeconds: Math.round(time - phase.startTime),
    contexts: [context ?? { statusCode: "", message: "" }],
  });
}

export function beginPhase(build: Build, phaseType: string, startTime: number): void {
  build.currentPhase = phaseType;
  build.phases.push({ phaseType, startTime });
}

/** The last phase has a beginning and no end. */
export function complete(build: Build, status: BuildStatus, time: number): void {
  beginPhase(build, "COMPLETED", time);
  build.buildStatus = status;
  build.buildComplete = true;
  build.endTime = time;
}
