/** Where a build stands. */
export interface BuildState {
  /** Such as `IN_PROGRESS`, `SUCCEEDED` or `FAILED`. */
  status: string;
  /** Such as `QUEUED` or `BUILD`. */
  phase: string;
  /** Where its log is; absent until it has one. */
  log?: BuildLog;
  /** What CodeBuild says of phases that failed. */
  problems: string[];
}

/** A stream of CloudWatch Logs. */
export interface BuildLog {
  group: string;
  stream: string;
}

/** A build that was started. */
export interface StartedBuild {
  id: string;
  /** Its page in AWS's console. */
  url: string;
}

/** What the apply needs of AWS. Everything can throw what AWS answers. */
export interface Builds {
  /**
   * @param commit what is applied.
   * @param deletes exact names of what is to be deleted; empty for nothing.
   * @param token the same token starts no second build.
   */
  start(build: { project: string; commit: string; deletes: string; token: string }): Promise<StartedBuild>;
  look(id: string): Promise<BuildState>;
  /**
   * The lines of a log from a place on.
   * @param place where the last call ended. @default the beginning
   */
  read(log: BuildLog, place?: string): Promise<{ lines: string[]; place: string }>;
}
