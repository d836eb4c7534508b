import type { CommittedEnvironment } from "./environment";
import type { JudgedEnvironment } from "./outcome";

/** What the programs of the jobs are told of the environments. */
export function judgedEnvironments(environments: CommittedEnvironment[]): JudgedEnvironment[] {
  return environments.map(({ name, filter, runner }) => ({
    name,
    filter,
    ...(runner && { check: { job: runner.jobName, enforcement: runner.enforcement } }),
  }));
}
