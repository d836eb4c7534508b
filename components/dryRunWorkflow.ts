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
  /**
   * The branch that has all of the files, where other than this program writes them: they are taken into the state as
   * they are, and never changed or deleted. Without it, the program commits them to the default branch.
   */
  keptOnBranch?: string;
  /** Hooks that are asked when GitHub refuses a commit. */
  errorHooks?: pulumi.ErrorHook[];
}

/**
 * The files that this program has on the default branch of the target repository, one commit a file and change.
 *
 * They are committed one after the other, what is used before what uses it, so that an update that breaks off never
 * leaves a workflow that names a missing action; and because two commits at once on one branch conflict (409).
 */
export class DryRunWorkflow extends pulumi.ComponentResource {
  /** The commit that last changed the last file, the workflow; none without files. */
  public readonly commitSha: pulumi.Output<string> | undefined;
  /** The files, for what has to come after them. */
  public readonly committed: pulumi.Resource[];

  constructor(name: string, args: DryRunWorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:DryRunWorkflow", name, {}, opts);

    const { repository, keptOnBranch, errorHooks = [] } = args;
    if (args.files.length === 0 && keptOnBranch === undefined)
      throw new Error(`${name}: files is empty, expected at least the workflow`);

    const committed: github.RepositoryFile[] = [];
    for (const { path, content } of args.files) {
      const previous = committed.slice(-1);
      committed.push(
        new github.RepositoryFile(
          `${name}-${path}`,
          {
            repository,
            file: path,
            content,
            commitMessage: `eks-dryrun-runner: ${path}`,
            // Somebody else's file is never overwritten; `pulumi import` takes it over.
            overwriteOnCreate: false,
          },
          {
            parent: this,
            dependsOn: previous,
            hooks: { onError: errorHooks },
            ...(keptOnBranch === undefined ? {} : kept(`${repository}:${path}:${keptOnBranch}`)),
          },
        ),
      );
    }

    this.committed = committed;
    this.commitSha = committed.at(-1)?.commitSha;
    this.registerOutputs({ commitSha: this.commitSha });
  }
}

/**
 * Options under which a file is in the state and nothing more. A file that this program commits itself later, or did
 * until now, is the same resource: neither change of mind deletes it from the branch.
 */
function kept(id: string): pulumi.CustomResourceOptions {
  return { import: id, retainOnDelete: true, ignoreChanges: ["content", "commitMessage"] };
}
