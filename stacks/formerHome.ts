import * as pulumi from "@pulumi/pulumi";
import { committedFilesName } from "./committedPlan";
import { homeEnvironment } from "./environments";
import { hadOutput, stackHasOutput } from "./otherStacks";
import { refusal } from "./refusal";

/**
 * Stops a stack that was home and still owns the committed files: its update would delete them from the target repository,
 * and every pull request would wait for a check that never comes. Only the home stack has the output `workflowUrl`.
 * @throws {pulumi.RunError} naming the commands that move the files
 */
export async function refuseToDropFiles(stack: string): Promise<void> {
  if (!(await hadOutput(stack, "workflowUrl"))) return;
  if (await stackHasOutput(homeEnvironment, "workflowUrl")) return;
  const urn = `urn:pulumi:${stack}::${pulumi.getProject()}::eks-dryrun-runner:index:DryRunWorkflow::${committedFilesName}`;
  throw refusal(
    [
      `Stack ${stack} owns the committed files, but stacks/environments.ts says that ${homeEnvironment} is home. ` +
        "This update would delete them from the target repository. Nothing was changed.",
      "  Move them first, unless you have done so, and bring the new home up before this stack:",
      `    pulumi state move --source ${stack} --dest ${homeEnvironment} '${urn}'\n` +
        `    pulumi up --stack ${homeEnvironment}`,
    ].join("\n\n"),
  );
}
