import { parse } from "yaml";
import { dryRunWorkflow } from "../../committed/workflow";
import type { CommittedEnvironment } from "../../committed/environment";

/** How many jobs of the workflow run on GitHub's own runners: counted in the workflow as it is committed. */
export function hostedJobsOf(environments: CommittedEnvironment[]): number {
  const { jobs } = parse(dryRunWorkflow(environments)) as { jobs: Record<string, { "runs-on": unknown }> };
  return Object.values(jobs).filter((job) => String(job["runs-on"]).startsWith("ubuntu-")).length;
}
