/** What GitHub sends to the machine that runs a job. */
export interface JobMessage {
  /** The `jobs.<id>` key in the workflow. */
  key: string;
  id: number;
  runId: number;
  attempt: number;
  /** As the checks list shows it: `name:` or the key, with the matrix values. */
  name: string;
  workflow: WorkflowParts;
  /** The job as it stands in the workflow file. */
  job: Record<string, unknown>;
  /** This job's combination; empty without `strategy`. */
  matrix: Record<string, unknown>;
  /** The `needs` context. */
  needs: NeedsContext;
  /** The `inputs` context. */
  inputs: Record<string, unknown>;
  /** The `github` context, without what only the machine knows. */
  github: GitHubContext;
  token: string;
  /** Variables of the repository: the `vars` context. */
  variables: Record<string, string>;
  /** The `secrets` context without the token. */
  secrets: Record<string, string>;
  /** Where the job gets a token of its identity, and with what. @default it may have none */
  identity?: { url: string; token: string };
  runner: {
    name: string;
    /** Variables of the machine. */
    environment: Record<string, string>;
    hosted: boolean;
  };
}

export type NeedsContext = Record<string, { result: string; outputs: Record<string, string> }>;

/** What of the workflow file holds for all its jobs. */
export interface WorkflowParts {
  name: string;
  env?: unknown;
  defaults?: unknown;
}

/** Strings of the `github` context by name: https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context */
export type GitHubContext = Record<string, string> & { event_name: string; sha: string; ref: string };

/** What the machine sends back. */
export interface JobOutcome {
  conclusion: "success" | "failure" | "cancelled";
  outputs: Record<string, string>;
  /** What each step left in GITHUB_STEP_SUMMARY, in order. */
  summaries: string[];
}

/** Runs the steps of one job. */
export interface Executor {
  /**
   * @param event payload of the event that started the run
   * @param log takes the lines of the job's log
   * @param cancel comes when the run is cancelled or the job's time is over: steps with `always()` may still run
   * @param kill comes when nothing of the job may go on: the machine is gone, or cancelling took too long
   */
  run(message: JobMessage, context: ExecutionContext): Promise<JobOutcome>;
}

export interface ExecutionContext {
  event: object;
  log(line: string): void;
  cancel: AbortSignal;
  kill: AbortSignal;
}
