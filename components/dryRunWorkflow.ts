import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/** A file to commit. */
export interface CommittedFile {
  /** Path from the root of the repository. */
  path: string;
  /** The whole text. */
  content: string;
}

/** Arguments of {@link DryRunWorkflow}. */
export interface DryRunWorkflowArgs {
  /** Name of the repository; its owner is the GitHub provider's. */
  repository: string;
  /** The files, in the order in which they are committed: the workflow last. */
  files: CommittedFile[];
}

/**
 * The files that this program keeps in the target repository, one commit a file and change.
 *
 * They are committed one after the other, what is used before what uses it, so that an update that breaks off never
 * leaves a workflow that names a missing action; and because two commits at once on one branch conflict (409).
 */
export class DryRunWorkflow extends pulumi.ComponentResource {
  /** The commit that last changed the last file, the workflow. */
  public readonly commitSha: pulumi.Output<string>;

  constructor(name: string, args: DryRunWorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:DryRunWorkflow", name, {}, opts);

    const committed: github.RepositoryFile[] = [];
    for (const { path, content } of args.files) {
      const previous = committed.slice(-1);
      committed.push(
        new github.RepositoryFile(
          `${name}-${path}`,
          {
            repository: args.repository,
            file: path,
            content,
            commitMessage: `eks-dryrun-runner: ${path}`,
            // Somebody else's file is never overwritten; `pulumi import` takes it over.
            overwriteOnCreate: false,
          },
          { parent: this, dependsOn: previous },
        ),
      );
    }

    const workflow = committed.at(-1);
    if (!workflow) throw new Error(`${name}: files is empty, expected at least the workflow`);
    this.commitSha = workflow.commitSha;
    this.registerOutputs({ commitSha: this.commitSha });
  }
}
