import { hadOutput } from "./otherStacks";
import { refusal } from "./refusal";

/**
 * Stops a stack that made its cluster and is now told to look one up: its update would delete the cluster with all that is
 * in it. Only a stack with a cluster of its own has the output `createdClusterArn`.
 * @throws {pulumi.RunError} naming the ways that there are
 */
export async function refuseToDropCluster(stack: string): Promise<void> {
  if (!(await hadOutput(stack, "createdClusterArn"))) return;
  throw refusal(
    [
      `Stack ${stack} has made its cluster, but eks-dryrun-runner:cluster is existing. This update would delete the ` +
        "cluster with all that is in it. Nothing was changed.",
      `  To keep it as it is:\n    pulumi config set eks-dryrun-runner:cluster create --stack ${stack}`,
      '  To take it away: docs/operations.md, "A cluster of the stack\'s own"',
    ].join("\n\n"),
  );
}
