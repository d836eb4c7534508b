import type { CalledFile } from "./calledWorkflow";
import type { GitHubContext, NeedsContext } from "./executor";
import type { Permissions } from "./permissions";
import type { InputDefinition } from "./workflowFile";

export type Conclusion = "success" | "failure" | "cancelled" | "skipped" | "startup_failure";

/** A concurrency group as one run or job names it. */
export interface Concurrency {
  group: string;
  cancelInProgress: boolean;
}

/** What a reviewer decided. */
export interface Review {
  state: "approved" | "rejected";
  login: string;
  comment: string;
}

/** One job of one attempt: it is there once its `needs` have ended, as on GitHub. */
export interface Job {
  id: number;
  attempt: number;
  /** Of its definition. */
  key: string;
  name: string;
  matrix: Record<string, unknown>;
  labels: string[];
  /** Name of the runner group that it asks for. */
  runnerGroup: string | null;
  /** The file in which it is defined, as `owner/name/path@ref`. */
  workflowRef: string;
  /** `pending` waits for its concurrency group, `waiting` for what protects its environment, `queued` for a machine. */
  status: "pending" | "waiting" | "queued" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  permissions: Permissions;
  timeoutMinutes: number;
  continueOnError: boolean;
  failFast: boolean;
  concurrency: Concurrency | null;
  /** Name of the environment that it deploys to. */
  environment: string | null;
  /** Who said what of its deployment. */
  review?: Review;
  /** The `inputs` context. */
  inputs: Record<string, unknown>;
  needs: NeedsContext;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
  runnerName: string | null;
  outputs: Record<string, string>;
  summaries: string[];
}

/** A run of a workflow, with the jobs of all its attempts. */
export interface Run {
  id: number;
  number: number;
  attempt: number;
  repository: string;
  workflowName: string;
  workflowPath: string;
  /** Text of the workflow file at the commit that the run is of. */
  workflowText: string;
  /** The workflows that it calls, by the calls' keys. */
  called?: Record<string, CalledFile>;
  /** `on.workflow_dispatch.inputs`, where it was started so. */
  inputDefinitions?: Record<string, InputDefinition>;
  /** Payload of the event. */
  event: Record<string, unknown>;
  github: GitHubContext;
  /** What checks are reported for: the head of the pull request, not its merge. */
  headSha: string;
  headBranch: string;
  pullRequest: number | null;
  /** Whether its token is read-only because the change comes from a fork. */
  fork: boolean;
  /** Variables of the repository when it began. @default none */
  variables?: Record<string, string>;
  /** Login of whoever started this attempt. */
  triggeringActor: string;
  status: "pending" | "queued" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  concurrency: Concurrency | null;
  cancelRequested: boolean;
  /** Why nothing of it could run. */
  problem: string | null;
  createdAt: string;
  startedAt: string;
  updatedAt: string;
  jobs: Job[];
}

/** What there is to know of a job before it is there. */
export type PlannedJob = Pick<
  Job,
  | "key"
  | "name"
  | "matrix"
  | "labels"
  | "runnerGroup"
  | "workflowRef"
  | "permissions"
  | "timeoutMinutes"
  | "continueOnError"
  | "failFast"
  | "concurrency"
  | "environment"
  | "inputs"
  | "needs"
>;

/** What there is to know of a run before it is there. */
export type NewRun = Pick<
  Run,
  | "number"
  | "repository"
  | "workflowName"
  | "workflowPath"
  | "workflowText"
  | "called"
  | "inputDefinitions"
  | "event"
  | "github"
  | "headSha"
  | "headBranch"
  | "pullRequest"
  | "fork"
  | "variables"
  | "triggeringActor"
>;

/** A job's id tells its run. */
const jobsPerRun = 1000;

export const runIdOf = (jobId: number) => Math.floor(jobId / jobsPerRun);
export const nextJobId = (run: Run) => run.id * jobsPerRun + run.jobs.length;

/** @param now as the REST API writes it */
export function newRun(id: number, request: NewRun, now: string): Run {
  return {
    ...request,
    github: { ...request.github, run_id: String(id), run_number: String(request.number) },
    id,
    attempt: 1,
    status: "queued",
    conclusion: null,
    concurrency: null,
    cancelRequested: false,
    problem: null,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    jobs: [],
  };
}

/** The run's next job. @param now as the REST API writes it */
export function newJob(run: Run, plan: PlannedJob, now: string): Job {
  return {
    ...plan,
    id: nextJobId(run),
    attempt: run.attempt,
    status: "pending",
    conclusion: null,
    createdAt: now,
    startedAt: null,
    completedAt: null,
    runnerName: null,
    outputs: {},
    summaries: [],
  };
}

/** The jobs of the newest attempt. */
export function currentJobs(run: Run): Job[] {
  return run.jobs.filter(({ attempt }) => attempt === run.attempt);
}

/** How a run ended whose jobs have all ended. */
export function conclusionOf(run: Run): Conclusion {
  if (run.cancelRequested) return "cancelled";
  const conclusions = currentJobs(run).map((job) => resultOf([job]));
  if (conclusions.includes("failure")) return "failure";
  if (conclusions.includes("cancelled")) return "cancelled";
  return conclusions.every((conclusion) => conclusion === "skipped") ? "skipped" : "success";
}

/**
 * `needs.<id>.result` of a job, which is several with a matrix. A job that may fail counts as successful:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontinue-on-error
 */
export function resultOf(jobs: Job[]): "success" | "failure" | "cancelled" | "skipped" {
  const conclusions = jobs.map(({ conclusion, continueOnError }) =>
    conclusion === "failure" && continueOnError ? "success" : conclusion,
  );
  for (const result of ["failure", "cancelled", "success"] as const)
    if (conclusions.includes(result)) return result;
  return "skipped";
}
