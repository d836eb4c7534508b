/** Name of the workflow: the CodeBuild webhooks filter on it. */
export const workflowName = "K8s Dryrun";
