import { setMaxListeners } from "node:events";
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "../clock";
import type { Executor, JobMessage, JobOutcome } from "./executor";
import type { Job, Run } from "./run";
import { mayUse, refusalOf } from "./runnerGroups";
import { WaitingRunners, type Registration, type RunnerHost, type RunnerOutcome } from "./runners";
import type { Scheduler } from "./scheduler";
import type { Links } from "../resources";
import { idTokenPath } from "../routes/openIdConnect";
import type { State } from "../store";
import type { JobTokens } from "./tokens";

/** Jobs that GitHub's own machines run at once on its Free plan: https://docs.github.com/actions/reference/limits */
const hostedLimit = 20;

/** A job for a self-hosted runner that nobody took is cancelled: https://docs.github.com/actions/reference/limits */
const queueLimitMilliseconds = 24 * 60 * 60 * 1000;

/**
 * A runner hears of a cancellation with the next message that it is sent, not at once: who cancels its own run and ends
 * still ends by itself. https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const cancelDelayMilliseconds = 2_000;

/** A job that is cancelled and does not end is ended: https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation */
const cancelLimitMilliseconds = 5 * 60 * 1000;

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const summaryLimit = 1024 * 1024;

/** Bytes of a job's outputs: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs */
const outputsLimit = 1024 * 1024;

/** What a machine has in its environment. */
export interface MachineEnvironment {
  /** Folders that stand first on `PATH`. @default none */
  path?: string[];
  /** Variables. @default none */
  variables?: Record<string, string>;
}

/** What machines need of the service. */
export interface MachinesWorld {
  clock: Clock;
  executor: Executor;
  tokens: JobTokens;
  links(): Links;
  state(): State;
  hostedMachine(): MachineEnvironment;
}

interface Machine {
  name: string;
  environment: Record<string, string>;
  hosted: boolean;
  /** The machine is gone. */
  gone?: AbortSignal;
}

interface Execution {
  cancel: AbortController;
  kill: AbortController;
}

/** Gives queued jobs to machines, GitHub's own and those that registered, and has them run. */
export class Machines implements RunnerHost {
  private readonly waiting = new WaitingRunners();
  private readonly executions = new Map<number, Execution>();
  private readonly watched = new Set<number>();
  private readonly stopped = new AbortController();
  private hosted = 0;

  constructor(
    private readonly logs: string,
    private readonly world: MachinesWorld,
    private readonly scheduler: () => Scheduler,
  ) {
    mkdirSync(logs, { recursive: true });
    // Each job waits with it.
    setMaxListeners(0, this.stopped.signal);
  }

  async runJob(request: Parameters<RunnerHost["runJob"]>[0]): Promise<RunnerOutcome | undefined> {
    const outcome = this.waiting.register(request);
    this.assign();
    return outcome;
  }

  refusalOf(registration: Registration): string | undefined {
    return refusalOf(this.world.state(), registration);
  }

  /** Hands out what is queued, oldest first. */
  assign(): void {
    if (this.stopped.signal.aborted) return;
    const state = this.world.state();
    for (const { run, job } of this.scheduler().queue()) {
      if (isHosted(job)) {
        if (this.hosted < hostedLimit)
          void this.execute(run, job, hostedMachine(job, this.world.hostedMachine()));
        continue;
      }
      this.watchQueue(run, job);
      const asking = {
        repository: run.repository,
        workflowRef: job.workflowRef,
        group: job.runnerGroup ?? undefined,
      };
      this.waiting.offer(
        job.labels,
        (registration) => mayUse(state, asking, registration),
        (request) => this.execute(run, job, { ...request, hosted: false, gone: request.signal }),
      );
    }
  }

  /** The job has to end; forced, without its remaining steps. */
  interrupt(job: Job, force: boolean): void {
    const execution = this.executions.get(job.id);
    if (force) {
      execution?.cancel.abort();
      execution?.kill.abort();
      return;
    }
    for (const [milliseconds, end] of [
      [cancelDelayMilliseconds, execution?.cancel],
      [cancelLimitMilliseconds, execution?.kill],
    ] as const)
      void this.world.clock.sleep(milliseconds, this.stopped.signal).then(
        () => end?.abort(),
        () => undefined,
      );
  }

  /** Lines of the job's log, each with its time. */
  log(job: Job): string {
    try {
      return readFileSync(this.logFile(job), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return "";
    }
  }

  /** Ends all jobs that run. */
  stop(): void {
    this.stopped.abort();
    for (const { cancel, kill } of this.executions.values()) {
      cancel.abort();
      kill.abort();
    }
  }

  private async execute(run: Run, job: Job, machine: Machine): Promise<RunnerOutcome> {
    const execution = { cancel: new AbortController(), kill: new AbortController() };
    const ended = new AbortController();
    this.executions.set(job.id, execution);
    if (machine.hosted) this.hosted += 1;
    machine.gone?.addEventListener("abort", () => {
      execution.kill.abort();
    });
    this.scheduler().started(run, job, machine.name);
    void this.world.clock.sleep(job.timeoutMinutes * 60_000, ended.signal).then(
      () => {
        this.say(job, `##[error]The job has exceeded the maximum execution time of ${job.timeoutMinutes}m0s`);
        this.interrupt(job, false);
      },
      () => undefined,
    );
    const { tokens } = this.world;
    const token = tokens.issue(run.repository, job.permissions);
    const outcome = await this.outcome(run, job, machine, token, execution);
    ended.abort();
    tokens.revoke(token);
    tokens.revokeIdentity(job.id);
    this.executions.delete(job.id);
    if (machine.hosted) this.hosted -= 1;
    Object.assign(job, { outputs: keptOutputs(outcome), summaries: this.keptSummaries(job, outcome) });
    const conclusion = execution.cancel.signal.aborted ? "cancelled" : outcome.conclusion;
    // While the service stops, what ran is left as it is: the next start finds it lost.
    if (!this.stopped.signal.aborted) this.scheduler().finished(run, job, conclusion);
    return { jobId: job.id, conclusion };
  }

  private async outcome(
    run: Run,
    job: Job,
    machine: Machine,
    token: string,
    { cancel, kill }: Execution,
  ): Promise<JobOutcome> {
    const context = {
      event: run.event,
      log: (line: string) => {
        this.say(job, line);
      },
      cancel: cancel.signal,
      kill: kill.signal,
    };
    try {
      const outcome = await this.world.executor.run(await this.message(run, job, machine, token), context);
      const size = Buffer.byteLength(JSON.stringify(outcome.outputs));
      if (size <= outputsLimit) return outcome;
      this.say(job, `##[error]The job's outputs have ${size} bytes; the limit is ${outputsLimit}.`);
      return { ...outcome, conclusion: "failure", outputs: {} };
    } catch (error) {
      this.say(job, `##[error]${(error as Error).message}`);
      return { conclusion: "failure", outputs: {}, summaries: [] };
    }
  }

  private async message(run: Run, job: Job, machine: Machine, token: string): Promise<JobMessage> {
    const workflow = await this.scheduler().workflowOf(run);
    const definition = workflow.jobs.find(({ key }) => key === job.key);
    const parts = definition?.called ?? workflow;
    const hasSecrets = !run.fork && definition?.called?.call.inheritsSecrets !== false;
    return {
      key: definition?.id ?? job.key,
      id: job.id,
      runId: run.id,
      attempt: run.attempt,
      name: job.name,
      workflow: { name: workflow.name, env: parts.env, defaults: parts.defaults },
      job: definition?.source ?? {},
      matrix: job.matrix,
      needs: job.needs,
      inputs: job.inputs,
      github: {
        ...run.github,
        run_attempt: String(run.attempt),
        triggering_actor: run.triggeringActor,
        job: definition?.id ?? job.key,
      },
      token,
      variables: run.variables ?? {},
      secrets: !hasSecrets ? {} : (this.world.state().repositories[run.repository]?.secrets ?? {}),
      ...(job.permissions["id-token"] === "write" && { identity: this.identity(job) }),
      runner: machine,
    };
  }

  /** https://docs.github.com/actions/reference/openid-connect-reference#methods-for-requesting-the-oidc-token */
  private identity({ id }: Job): { url: string; token: string } {
    const url = `${this.world.links().web}${idTokenPath}/${id}?api-version=2.0`;
    return { url, token: this.world.tokens.issueIdentity(id) };
  }

  /** What a step wrote beyond the limit is dropped, and the step's job does not fail for it. */
  private keptSummaries(job: Job, { summaries }: JobOutcome): string[] {
    return summaries.filter((summary) => {
      const fits = Buffer.byteLength(summary) <= summaryLimit;
      if (!fits)
        this.say(
          job,
          `##[error]$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(Buffer.byteLength(summary) / 1024)}k`,
        );
      return fits;
    });
  }

  private watchQueue(run: Run, job: Job): void {
    if (this.watched.has(job.id)) return;
    this.watched.add(job.id);
    const left = Date.parse(job.createdAt) + queueLimitMilliseconds - this.world.clock.now();
    void this.world.clock.sleep(Math.max(left, 0), this.stopped.signal).then(
      () => {
        if (job.status !== "queued") return;
        this.say(job, "##[error]The job was not acquired by a runner within 24 hours.");
        this.scheduler().finished(run, job, "cancelled");
      },
      () => undefined,
    );
  }

  private say(job: Job, line: string): void {
    appendFileSync(this.logFile(job), `${new Date(this.world.clock.now()).toISOString()} ${line}\n`);
  }

  private logFile(job: Job): string {
    return join(this.logs, `${job.id}.log`);
  }
}

/**
 * An output that is empty is none, so that each job of a matrix can set one of its own (actions/runner:src/Runner.Worker/JobExtension.cs,
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/pass-job-outputs).
 */
function keptOutputs({ outputs }: JobOutcome): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== ""));
}

/** Whether one of GitHub's own machines takes it. */
function isHosted({ labels, runnerGroup }: Job): boolean {
  return runnerGroup === null && labels.length === 1 && /^ubuntu-(latest|\d\d\.\d\d)$/.test(labels[0] ?? "");
}

/** What GitHub's machines have in their environment: no credentials of anything. */
function hostedMachine(job: Job, { path = [], variables = {} }: MachineEnvironment): Machine {
  return {
    name: `GitHub Actions ${job.id % 1000}`,
    hosted: true,
    environment: {
      ...variables,
      PATH: [...path, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
      RUNNER_ENVIRONMENT: "github-hosted",
    },
  };
}
