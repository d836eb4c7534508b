import { releaseWorkflowName } from "./apply/release";
import { workflowName } from "./workflowName";

/**
 * Names of the workflows whose jobs get a runner. A called workflow's jobs go by the name of the one that calls.
 * @param apply whether releases are applied: they are dry-run before.
 */
export function runnerWorkflows(apply: "enabled" | "disabled"): string[] {
  return [workflowName, ...(apply === "enabled" ? [releaseWorkflowName] : [])];
}
