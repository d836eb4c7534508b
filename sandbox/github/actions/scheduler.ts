import { timestamp, type Clock } from "../clock";
import { Records } from "../records";
import { withCalled } from "./calledWorkflow";
import { displaced, released } from "./concurrency";
import { concurrency, conditionHolds, planJobs, runContexts, skippedJob, successful } from "./plan";
import {
  conclusionOf,
  currentJobs,
  newJob,
  newRun,
  nextJobId,
  runIdOf,
  type Conclusion,
  type Job,
  type NewRun,
  type PlannedJob,
  type Review,
  type Run,
} from "./run";
import { InvalidWorkflow, readWorkflow, type JobDefinition, type Workflow } from "./workflowFile";

/** What stands before a job that deploys: nothing, somebody's approval, or a refusal. */
export type Gate = "open" | "review" | { refusal: string };

/** Hears what becomes of jobs. */
export interface SchedulerEvents {
  /** The job's status is a new one. */
  changed(run: Run, job: Job): void;
  /** Jobs may be queued that were not. */
  queued(): void;
  /** The job is running and has to end. @param force without its steps that would still run */
  interrupt(job: Job, force: boolean): void;
  /** What the job's environment asks for. */
  gate(run: Run, job: Job): Gate;
}

/** Decides which job may run when. Who runs it is not its concern. */
export class Scheduler {
  readonly runs: Records<Run>;
  private readonly workflows = new Map<number, Workflow>();

  constructor(
    folder: string,
    private readonly clock: Clock,
    private readonly events: SchedulerEvents,
  ) {
    this.runs = new Records(folder, 18_000_000_001);
  }

  /** Goes on with what was there when the service last ended: a job that ran then is lost. */
  async resume(): Promise<void> {
    for (const run of this.unfinished()) {
      await this.workflowOf(run);
      for (const job of currentJobs(run)) if (job.status === "in_progress") this.end(run, job, "failure");
    }
    this.settle();
    this.events.queued();
  }

  job(id: number): { run: Run; job: Job } | undefined {
    const run = this.runs.get(runIdOf(id));
    const job = run?.jobs.find((candidate) => candidate.id === id);
    return run && job && { run, job };
  }

  /** Queued jobs, oldest first. */
  queue(): { run: Run; job: Job }[] {
    return this.unfinished()
      .flatMap((run) => currentJobs(run).map((job) => ({ run, job })))
      .filter(({ job }) => job.status === "queued")
      .sort(
        (one, other) => one.job.createdAt.localeCompare(other.job.createdAt) || one.job.id - other.job.id,
      );
  }

  /** Starts a run of a workflow whose file has been read. */
  start(request: NewRun, workflow: Workflow): Run {
    const run = this.add(request);
    this.workflows.set(run.id, workflow);
    this.begin(run);
    return run;
  }

  /** Records a run of a file that is no workflow: it fails without a job. */
  fail(request: NewRun, problem: string): Run {
    const run = this.add(request);
    run.problem = problem;
    this.complete(run, "startup_failure");
    return run;
  }

  /** A machine has the job. */
  started(run: Run, job: Job, runnerName: string): void {
    job.status = "in_progress";
    job.startedAt = timestamp(this.clock);
    job.runnerName = runnerName;
    run.status = "in_progress";
    this.save(run);
    this.events.changed(run, job);
  }

  /** The job has ended. */
  finished(run: Run, job: Job, conclusion: Conclusion): void {
    this.end(run, job, conclusion);
    if (conclusion === "failure" && job.failFast && !job.continueOnError) this.cancelSiblings(run, job);
    this.settle();
  }

  /**
   * Asks a run to end. Jobs whose `if` holds for a cancelled run, as `always()` does, go on or are still started:
   * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
   */
  cancel(run: Run): void {
    run.cancelRequested = true;
    const waited = run.status === "pending";
    for (const job of this.openJobs(run)) {
      const definition = this.workflow(run).jobs.find(({ key }) => key === job.key);
      if (definition && conditionHolds(run, this.workflow(run), definition)) continue;
      this.stop(run, job, false);
    }
    // A run that is cancelled while it waits for its group has no jobs at all.
    if (waited) this.complete(run, "cancelled");
    this.save(run);
    this.settle();
  }

  /** Ends a run and everything in it: https://docs.github.com/rest/actions/workflow-runs#force-cancel-a-workflow-run */
  forceCancel(run: Run): void {
    run.cancelRequested = true;
    for (const job of this.openJobs(run)) this.stop(run, job, true);
    this.complete(run, "cancelled");
    this.settle();
  }

  /** Cancels one job, as a timeout does. */
  stop(run: Run, job: Job, force: boolean): void {
    if (job.status === "in_progress") this.events.interrupt(job, force);
    else this.end(run, job, "cancelled");
  }

  /**
   * Another attempt of a run that has ended.
   *
   * @param onlyFailed keeps the jobs that succeeded, with their outputs
   */
  async rerun(run: Run, login: string, onlyFailed: boolean): Promise<void> {
    const before = currentJobs(run);
    await this.workflowOf(run);
    const kept = onlyFailed ? successful(run, this.workflow(run)) : [];
    Object.assign(run, {
      attempt: run.attempt + 1,
      status: "queued",
      conclusion: null,
      cancelRequested: false,
      triggeringActor: login,
      startedAt: timestamp(this.clock),
    });
    for (const job of before.filter(({ key }) => kept.includes(key)))
      run.jobs.push({ ...job, id: nextJobId(run), attempt: run.attempt });
    this.begin(run);
  }

  /** Starts what can be started now, until nothing more can. */
  settle(): void {
    do {
      for (const { run, job } of released(this.unfinished())) {
        if (job) this.queueJob(run, job);
        else this.admitted(run);
      }
      for (const run of this.unfinished()) if (run.status !== "pending") this.advance(run);
    } while (released(this.unfinished()).length > 0);
    this.events.queued();
  }

  private begin(run: Run): void {
    try {
      run.concurrency = concurrency(this.workflow(run).concurrency, runContexts(run));
    } catch (error) {
      run.problem = (error as Error).message;
      this.complete(run, "startup_failure");
      return;
    }
    if (run.concurrency === null) this.admitted(run);
    else {
      run.status = "pending";
      this.save(run);
      this.enter(run);
    }
    this.settle();
  }

  private admitted(run: Run): void {
    run.status = "queued";
    this.save(run);
  }

  /** Looks at each job whose needs have ended and that is not there yet. */
  private advance(run: Run): void {
    const { jobs } = this.workflow(run);
    const ended = (key: string) => {
      const own = currentJobs(run).filter((job) => job.key === key);
      return own.length > 0 && own.every(({ status }) => status === "completed");
    };
    let moved = true;
    while (moved) {
      const absent = jobs.filter(({ key }) => !currentJobs(run).some((job) => job.key === key));
      const ready = absent.filter(({ waits }) => waits.every(ended));
      for (const definition of ready) this.decide(run, definition);
      moved = ready.length > 0;
    }
    if (run.status !== "completed" && jobs.every(({ key }) => ended(key)))
      this.complete(run, conclusionOf(run));
  }

  private decide(run: Run, definition: JobDefinition): void {
    // Cancelling a member of its group may have decided it meanwhile.
    if (currentJobs(run).some(({ key }) => key === definition.key)) return;
    const workflow = this.workflow(run);
    let planned: PlannedJob[];
    try {
      planned = conditionHolds(run, workflow, definition) ? planJobs(run, workflow, definition) : [];
    } catch (error) {
      run.problem = `jobs.${definition.key}: ${(error as Error).message}`;
      this.end(run, this.addJob(run, skippedJob(run, definition)), "failure");
      return;
    }
    if (planned.length === 0) this.end(run, this.addJob(run, skippedJob(run, definition)), "skipped");
    for (const job of planned.map((plan) => this.addJob(run, plan))) {
      if (job.concurrency === null) this.queueJob(run, job);
      else this.enter(run, job);
    }
    this.save(run);
  }

  /** Takes its place in its group; it starts once nobody of the group runs. */
  private enter(run: Run, job?: Job): void {
    for (const member of displaced(this.unfinished(), { run, ...(job && { job }) })) {
      if (member.job) this.stop(member.run, member.job, false);
      else this.cancel(member.run);
    }
  }

  /**
   * Lets a job that has its place in its group come before its environment's protection, and then before the machines. One that
   * waits for approval holds the place.
   */
  private queueJob(run: Run, job: Job): void {
    if (job.status !== "pending") return;
    const gate = job.environment === null ? "open" : this.events.gate(run, job);
    if (typeof gate === "object") {
      run.problem = gate.refusal;
      this.end(run, job, "failure");
      return;
    }
    this.move(run, job, gate === "review" ? "waiting" : "queued");
  }

  /** A reviewer has decided on jobs that wait: https://docs.github.com/actions/how-tos/deploy/configure-and-manage-deployments/review-deployments */
  review(run: Run, jobs: Job[], review: Review): void {
    for (const job of jobs) {
      job.review = review;
      if (review.state === "approved") this.move(run, job, "queued");
      else this.end(run, job, "failure");
    }
    this.settle();
  }

  private move(run: Run, job: Job, status: "waiting" | "queued"): void {
    job.status = status;
    this.save(run);
    this.events.changed(run, job);
  }

  private cancelSiblings(run: Run, failed: Job): void {
    for (const job of this.openJobs(run)) if (job.key === failed.key) this.stop(run, job, false);
  }

  private end(run: Run, job: Job, conclusion: Conclusion): void {
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = timestamp(this.clock);
    job.startedAt ??= job.completedAt;
    this.save(run);
    this.events.changed(run, job);
  }

  private complete(run: Run, conclusion: Conclusion): void {
    run.status = "completed";
    run.conclusion = conclusion;
    this.save(run);
  }

  private add(request: NewRun): Run {
    return this.runs.add((id) => newRun(id, request, timestamp(this.clock)));
  }

  private addJob(run: Run, plan: PlannedJob): Job {
    const job = newJob(run, plan, timestamp(this.clock));
    run.jobs.push(job);
    return job;
  }

  private openJobs(run: Run): Job[] {
    return currentJobs(run).filter(({ status }) => status !== "completed");
  }

  private unfinished(): Run[] {
    return this.runs.all().filter(({ status }) => status !== "completed");
  }

  /** The run's workflow, read again if it has not been since the service started. */
  async workflowOf(run: Run): Promise<Workflow> {
    const workflow = this.workflows.get(run.id) ?? (await readRun(run));
    this.workflows.set(run.id, workflow);
    return workflow;
  }

  private workflow(run: Run): Workflow {
    const workflow = this.workflows.get(run.id);
    if (!workflow) throw new InvalidWorkflow(`The workflow of run ${run.id} has not been read.`);
    return workflow;
  }

  private save(run: Run): void {
    run.updatedAt = timestamp(this.clock);
    this.runs.save(run);
  }
}

async function readRun({ workflowPath, workflowText, called }: Run): Promise<Workflow> {
  const workflow = await readWorkflow(workflowPath, workflowText);
  return withCalled(workflow, called ?? {});
}
