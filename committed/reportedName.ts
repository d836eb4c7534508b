/** Id of the job that calls the workflow where runners are in a runner group. */
export const callerJob = "dryrun";

/** Id of the job that calls the workflow which compares a release with what was reviewed. */
export const compareJobName = "compare";

/** Name under which GitHub reports a job of a called workflow: the caller's job stands before it. */
export function calledName(name: string): string {
  return `${callerJob} / ${name}`;
}

/** Whether a job is reported under a name, which may be a called job's, and ends with its values where it has a matrix. */
export function isReportedAs(name: string, job: string): boolean {
  const caller = [callerJob, compareJobName].map((id) => `${id} / `).find((text) => name.startsWith(text));
  const own = name.slice(caller?.length ?? 0);
  return own === job || own.startsWith(`${job} (`);
}
