import { join } from "node:path";
import type { Clock } from "../clock";
import type { Emit, GitHubEvent } from "../events";
import { comparedFiles } from "../history";
import { Repository } from "../repository";
import { id, repositoryId, type Links } from "../resources";
import { calledFile, withCalled } from "./calledWorkflow";
import type { Executor, GitHubContext } from "./executor";
import { Machines, type MachineEnvironment } from "./machines";
import { jobResource } from "./resources";
import type { Job, NewRun, Run } from "./run";
import { Scheduler } from "./scheduler";
import type { State } from "../store";
import type { JobTokens } from "./tokens";
import { starts, triggerOf, workflowFiles, type Trigger } from "./triggers";
import { InvalidWorkflow, readWorkflow } from "./workflowFile";

/** What GitHub Actions needs of the service. */
export interface ActionsWorld {
  directory: string;
  clock: Clock;
  links(): Links;
  emit: Emit;
  tokens: JobTokens;
  executor: Executor;
  /** What GitHub's own machines have beside Node and the system's commands. */
  hostedMachine(): MachineEnvironment;
  /** Whether a repository has Actions switched on. */
  isEnabled(repository: string): boolean;
  state(): State;
}

/** GitHub Actions: events start runs, the scheduler queues their jobs, machines run them. */
export class Actions {
  readonly scheduler: Scheduler;
  readonly machines: Machines;

  constructor(
    folder: string,
    private readonly world: ActionsWorld,
  ) {
    this.machines = new Machines(join(folder, "logs"), world, () => this.scheduler);
    this.scheduler = new Scheduler(join(folder, "runs"), world.clock, {
      changed: (run, job) => {
        this.tell(run, job);
      },
      queued: () => {
        this.machines.assign();
      },
      interrupt: (job, force) => {
        this.machines.interrupt(job, force);
      },
    });
  }

  /** Starts the workflows of the event's commit that have it in their `on:`. */
  async onEvent(event: GitHubEvent): Promise<void> {
    const trigger = triggerOf(event);
    const { repository, sender } = event;
    if (trigger === undefined || !this.world.isEnabled(repository.fullName)) return;
    const paths = await this.changedPaths(repository, trigger);
    for (const [path, text] of await workflowFiles(repository, trigger.sha)) {
      try {
        const workflow = await readWorkflow(path, text);
        if (!starts(workflow.events, trigger, paths)) continue;
        const called = workflow.call && (await calledFile(workflow.call, { repository, ...trigger }));
        const run = this.newRun(repository, sender, trigger, path, text, workflow.name);
        this.scheduler.start({ ...run, called }, called ? await withCalled(workflow, called) : workflow);
      } catch (error) {
        if (!(error instanceof InvalidWorkflow)) throw error;
        this.scheduler.fail(this.newRun(repository, sender, trigger, path, text, path), error.message);
      }
    }
  }

  /** Runs of a repository, newest first. */
  runsOf(repository: string): Run[] {
    return this.scheduler.runs
      .all()
      .filter((run) => run.repository === repository)
      .reverse();
  }

  stop(): void {
    this.machines.stop();
  }

  private newRun(
    repository: Repository,
    sender: string,
    trigger: Trigger,
    path: string,
    text: string,
    name: string,
  ): NewRun {
    const before = this.runsOf(repository.fullName).filter((run) => run.workflowPath === path);
    return {
      number: before.length + 1,
      repository: repository.fullName,
      workflowName: name,
      workflowPath: path,
      workflowText: text,
      event: trigger.payload,
      github: this.context(repository, sender, trigger, path, name),
      headSha: trigger.headSha,
      headBranch: trigger.headBranch,
      pullRequest: trigger.pullRequest,
      fork: trigger.fork,
      variables: this.world.state().repositories[repository.fullName]?.variables ?? {},
      triggeringActor: sender,
    };
  }

  private context(
    repository: Repository,
    actor: string,
    { name, sha, ref, headRef, baseRef }: Trigger,
    path: string,
    workflow: string,
  ): GitHubContext {
    const { api, web } = this.world.links();
    const { fullName, owner } = repository;
    return {
      event_name: name,
      sha,
      ref,
      ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ""),
      ref_type: "branch",
      ref_protected: "false",
      head_ref: headRef,
      base_ref: baseRef,
      repository: fullName,
      repository_id: String(repositoryId(repository)),
      repository_owner: owner,
      repository_owner_id: String(id(owner)),
      actor,
      actor_id: String(id(actor)),
      workflow,
      workflow_ref: `${fullName}/${path}@${ref}`,
      workflow_sha: sha,
      server_url: web,
      api_url: api,
      graphql_url: `${web}/api/graphql`,
      retention_days: "90",
    };
  }

  private async changedPaths(
    repository: Repository,
    { pullRequest, payload, headSha }: Trigger,
  ): Promise<string[]> {
    if (pullRequest === null) return [];
    const { base } = payload.pull_request as { base: { sha: string } };
    return (await comparedFiles(repository, base.sha, headSha)).map(({ filename }) => filename);
  }

  private tell(run: Run, job: Job): void {
    if (job.status === "pending") return;
    this.world
      .emit({
        name: "workflow_job",
        repository: Repository.named(this.world.directory, run.repository),
        sender: run.triggeringActor,
        payload: { action: job.status, workflow_job: jobResource(this.world.links(), run, job) },
      })
      .catch((error: unknown) => {
        console.error(error);
      });
  }
}
