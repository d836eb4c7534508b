import { join } from "node:path";
import type { Clock } from "../clock";
import type { Emit, GitHubEvent } from "../events";
import { comparedFiles } from "../history";
import { Repository } from "../repository";
import { id, repositoryId, type Links } from "../resources";
import { calledFiles, withCalled } from "./calledWorkflow";
import type { Executor, GitHubContext } from "./executor";
import { Machines, type MachineEnvironment } from "./machines";
import { jobResource } from "./resources";
import type { Job, NewRun, Run } from "./run";
import { Scheduler, type Gate } from "./scheduler";
import type { State } from "../store";
import { actionsLogin, type JobTokens } from "./tokens";
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
  /** What a job meets that deploys to an environment. */
  gate(run: Run, job: Job): Gate;
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
      gate: (run, job) => this.world.gate(run, job),
    });
  }

  /** Starts the workflows of the event's commit that have it in their `on:`. */
  async onEvent(event: GitHubEvent): Promise<void> {
    const trigger = await triggerOf(event);
    const { repository, sender } = event;
    if (trigger === undefined || !this.world.isEnabled(repository.fullName)) return;
    // "Events triggered by the GITHUB_TOKEN will not create a new workflow run":
    // https://docs.github.com/actions/concepts/security/github_token#when-github_token-triggers-workflow-runs
    if (["push", "release"].includes(trigger.name) && sender === actionsLogin) return;
    const paths = await this.changedPaths(repository, trigger);
    for (const [path, text] of await workflowFiles(repository, trigger.sha))
      await this.startWorkflow(repository, sender, trigger, [path, text], paths);
  }

  /** Starts one workflow by hand, whose event has been looked at. */
  async dispatch(repository: Repository, sender: string, trigger: Trigger, path: string): Promise<void> {
    const file = (await workflowFiles(repository, trigger.sha)).find(([name]) => name === path);
    if (file) await this.startWorkflow(repository, sender, trigger, file, []);
  }

  private async startWorkflow(
    repository: Repository,
    sender: string,
    trigger: Trigger,
    [path, text]: [path: string, text: string],
    paths: string[],
  ): Promise<void> {
    try {
      const workflow = await readWorkflow(path, text);
      if (!starts(workflow.events, trigger, paths)) return;
      const called = await calledFiles(workflow, { repository, ...trigger });
      const run = this.newRun(repository, sender, trigger, path, text, workflow.name);
      const dispatched = trigger.name === "workflow_dispatch";
      const inputDefinitions = dispatched ? (workflow.events.workflow_dispatch?.inputs ?? {}) : undefined;
      this.scheduler.start({ ...run, called, inputDefinitions }, await withCalled(workflow, called));
    } catch (error) {
      if (!(error instanceof InvalidWorkflow)) throw error;
      this.scheduler.fail(this.newRun(repository, sender, trigger, path, text, path), error.message);
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
      ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
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
