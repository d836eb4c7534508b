import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { CommittedFile } from "./dryRunWorkflow";

/** Arguments of {@link WorkflowPullRequest}. */
export interface WorkflowPullRequestArgs {
  /** Name of the repository; its owner is the GitHub provider's. */
  repository: string;
  /** The branch that the pull request is to be merged into. */
  baseBranch: string;
  /** The pull request's own branch: a new name for each pull request. */
  headBranch: string;
  /** The files that it changes, in the order in which they are committed. At least one. */
  files: CommittedFile[];
  title: string;
  body: string;
  /** `owner:repository:number` of the pull request, if there is one already for the branch. */
  id?: string;
  /** Hooks that are asked when GitHub refuses something. */
  errorHooks?: pulumi.ErrorHook[];
}

/**
 * A pull request with files, for a person to merge. Other content for the same branch is committed on top.
 *
 * Once it is merged, its branch may be gone, because GitHub deletes it or a person does, and the provider then fails to
 * delete a file or the branch: so both are only forgotten. What remains of a pull request that nobody wants any more is
 * closed, and its branch left to people, as after any other pull request.
 */
export class WorkflowPullRequest extends pulumi.ComponentResource {
  /** Its number. */
  public readonly number: pulumi.Output<number>;

  constructor(name: string, args: WorkflowPullRequestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:WorkflowPullRequest", name, {}, opts);

    const { repository, headBranch, baseBranch, errorHooks = [] } = args;
    const child = { parent: this, hooks: { onError: errorHooks } };
    const forgotten = { ...child, retainOnDelete: true };

    const branch = new github.Branch(
      name,
      { repository, branch: headBranch, sourceBranch: baseBranch },
      forgotten,
    );
    let last: pulumi.Resource = branch;
    for (const { path, content } of args.files) {
      last = new github.RepositoryFile(
        `${name}-${path}`,
        {
          repository,
          file: path,
          content,
          branch: branch.branch,
          commitMessage: `eks-dryrun-runner: ${path}`,
          // The branch begins with what the base branch has; whoever merges sees what is overwritten.
          overwriteOnCreate: true,
        },
        { ...forgotten, dependsOn: last },
      );
    }
    const pullRequest = new github.RepositoryPullRequest(
      name,
      {
        baseRepository: repository,
        baseRef: baseBranch,
        headRef: branch.branch,
        title: args.title,
        body: args.body,
      },
      // GitHub has one pull request a branch: where the answer to its opening was lost, it is taken over.
      { ...child, dependsOn: last, ...(args.id === undefined ? {} : { import: args.id }) },
    );

    this.number = pullRequest.number;
    this.registerOutputs({ number: this.number });
  }
}
