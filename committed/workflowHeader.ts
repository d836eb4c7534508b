/** Comment at the top of each workflow. */
export const workflowHeader =
  "Written by eks-dryrun-runner. Changes made here are undone by its next `pulumi up`:\n" +
  "change its registry of environments instead.";
