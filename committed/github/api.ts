/** A comment in the conversation of a pull request. */
export interface Comment {
  id: number;
  /** Login of its author, such as `github-actions[bot]`. */
  author: string;
  body: string;
}

/** A job of a run. */
export interface Job {
  /** Its id in the workflow, with the values of its matrix in brackets behind it if it has one. */
  name: string;
  /** Such as `queued`, `in_progress` or `completed`. */
  status: string;
  /** Such as `success` or `cancelled`; null until it is completed. */
  conclusion: string | null;
  /** What its `runs-on` says. */
  labels: string[];
  /** When it was queued, in milliseconds since 1970 by GitHub's clock. */
  queuedAt: number;
  /** When it was started. Means nothing where no runner took it. */
  startedAt: number;
  /** Empty where no runner took it. */
  runnerName: string;
  /** Its page. */
  url: string;
}

/** A run of a workflow. */
export interface Run {
  id: number;
  /** Name of the workflow. */
  workflow: string;
  /** Such as `queued`, `pending`, `in_progress` or `completed`. */
  status: string;
  /** In milliseconds since 1970 by GitHub's clock. */
  updatedAt: number;
}

/** What a run is of. */
export interface RunSource {
  /** Name of the workflow. */
  workflow: string;
  /** Newest commit of the pull request when the run began. */
  head: string;
  /** Branch of the pull request. */
  branch: string;
  /** Whether that branch is in this repository, and not in a fork. */
  isOwn: boolean;
  /** Newest attempt. */
  attempt: number;
}

/** What the jobs of the workflow need of GitHub's API, for their own repository. Everything can throw what GitHub answers. */
export interface GitHub {
  /** The newest commit of a pull request. */
  headOf(pullRequest: number): Promise<string>;
  /** All comments of a pull request, the oldest first. */
  commentsOf(pullRequest: number): Promise<Comment[]>;
  /** @returns the id of the new comment. */
  createComment(pullRequest: number, body: string): Promise<number>;
  /** @returns whether it is still there. */
  updateComment(id: number, body: string): Promise<boolean>;
  /** Does nothing if it is gone. */
  deleteComment(id: number): Promise<void>;
  /** The jobs of a run's newest attempt, and GitHub's time in milliseconds since 1970. */
  jobsOf(run: number): Promise<{ jobs: Job[]; now: number }>;
  /** Runs of this repository, the newest first, as far as GitHub lists them: of a branch, or created since a time. */
  runsOf(of: { branch: string } | { createdSince: number }): Promise<Run[]>;
  /** What a run is of; undefined if there is no such run in this repository. */
  sourceOf(run: number): Promise<RunSource | undefined>;
  /** Asks GitHub to cancel a run. */
  cancelRun(run: number): Promise<void>;
}
