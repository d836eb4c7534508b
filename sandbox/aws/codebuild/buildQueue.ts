import type { Clock } from "../../github/clock";
import { AwsError } from "../error";
import { complete, endPhase, type Build, type BuildRecord, type Builds, type Cause } from "./builds";
import { newBuild } from "./newBuild";
import type { Project } from "./projects";

/** Why a build was ended from outside. */
export type Ending = "STOPPED" | "TIMED_OUT";

/** Plays a build from its turn to its end; the signal's reason is an {@link Ending}. */
export type PlayBuild = (record: BuildRecord, signal: AbortSignal) => Promise<void>;

interface Active {
  region: string;
  record: BuildRecord;
  ending: AbortController;
  running: boolean;
}

const minute = 60_000;

/**
 * Builds that wait for their turn and builds that run. As many run at once as the account's quota for the region says;
 * five times as many may wait, and what comes then is refused.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/builds-working.html
 */
export class BuildQueue {
  private active: Active[] = [];
  private readonly ended = new Set<Promise<void>>();

  constructor(
    private readonly builds: Builds,
    private readonly clock: Clock,
    private readonly play: PlayBuild,
  ) {
    for (const record of builds.all()) if (!record.build.buildComplete) this.abandon(record);
  }

  /**
   * Submits a build.
   * @throws AwsError AccountLimitExceededException
   */
  submit(region: string, project: Project, cause: Cause): Build {
    this.checkLimits(region, project);
    const ofProject = this.builds.in(region).filter(({ build }) => build.projectName === project.name);
    const record = newBuild(project, cause, { buildNumber: ofProject.length + 1, time: this.now() });
    this.builds.add(region, record);
    const one = { region, record, ending: new AbortController(), running: false };
    this.active.push(one);
    this.endAfter(one, record.build.queuedTimeoutInMinutes, () => !one.running);
    this.startNext(region);
    return record.build;
  }

  /** Ends a build that is not at its end; does nothing otherwise. */
  stop(record: BuildRecord, ending: Ending = "STOPPED"): void {
    const one = this.active.find((candidate) => candidate.record === record);
    if (!one) return;
    one.ending.abort(ending);
    if (one.running) return;
    this.builds.change(record, ({ build }) => {
      endPhase(build, ending, this.now());
      complete(build, ending, this.now());
    });
    this.remove(one);
  }

  /** Stops all builds and waits for them. */
  async close(): Promise<void> {
    for (const { record } of [...this.active]) this.stop(record);
    await Promise.all(this.ended);
  }

  /** Starts what may run: after a build has ended or the quota has changed. */
  startNext(region: string): void {
    const here = this.active.filter((one) => one.region === region);
    const free = this.builds.quota(region) - here.filter(({ running }) => running).length;
    for (const one of here.filter(({ running }) => !running).slice(0, Math.max(free, 0))) this.start(one);
  }

  private start(one: Active): void {
    one.running = true;
    this.endAfter(one, one.record.build.timeoutInMinutes, () => one.running);
    const ended = this.play(one.record, one.ending.signal)
      .catch((error: unknown) => {
        console.error(error);
      })
      .finally(() => {
        one.running = false;
        this.remove(one);
        this.ended.delete(ended);
        this.startNext(one.region);
      });
    this.ended.add(ended);
  }

  private remove(one: Active): void {
    this.active = this.active.filter((other) => other !== one);
    // Ends the timers of a build that is over.
    one.ending.abort();
  }

  private endAfter(one: Active, minutes: number, still: () => boolean): void {
    this.clock.sleep(minutes * minute, one.ending.signal).then(
      () => {
        if (still()) this.stop(one.record, "TIMED_OUT");
      },
      () => undefined,
    );
  }

  /** https://github.com/hashicorp-education/learn-terraform-aws-control-tower-aft/issues/7 */
  private checkLimits(region: string, project: Project): void {
    const here = this.active.filter((one) => one.region === region);
    const ofProject = here.filter(({ record }) => record.build.projectName === project.name);
    const waiting = here.filter(({ running }) => !running).length;
    const quota = this.builds.quota(region);
    const room = 5 * quota;
    if (waiting >= room && here.length - waiting >= quota)
      throw new AwsError(
        "AccountLimitExceededException",
        `Cannot have more than ${String(room)} builds in queue for the account`,
      );
    // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Project.html
    if (project.concurrentBuildLimit !== undefined && ofProject.length >= project.concurrentBuildLimit)
      throw new AwsError(
        "AccountLimitExceededException",
        `Cannot have more than ${String(project.concurrentBuildLimit)} builds of the project at once`,
      );
  }

  /** A build of an earlier process of the sandbox: its machine is gone. */
  private abandon(record: BuildRecord): void {
    this.builds.change(record, ({ build }) => {
      endPhase(build, "FAULT", this.now());
      complete(build, "FAULT", this.now());
      record.reason = "the sandbox was stopped";
    });
  }

  private now(): number {
    return this.clock.now() / 1000;
  }
}
