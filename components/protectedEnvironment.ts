import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { deploymentPolicies, protectionProblems, type Reviewers, type WantedProtection } from "./protection";

/** Arguments of {@link ProtectedEnvironment}. */
export interface ProtectedEnvironmentArgs {
  /** Name of the repository; its owner is the GitHub provider's. */
  repository: string;
  /** Name of the environment. */
  environment: string;
  /** Of whom one has to approve each job, never who started it. One to six. */
  reviewers: Reviewers;
  /** The default branch: jobs that are started by hand run on it. */
  branch: string;
  /** Patterns of the tags whose jobs may run in the environment. */
  tags: string[];
  /** Makes the error that stops an update where the protection is not in force. */
  refusal: (problems: string[]) => Error;
  /** Hooks that are asked when GitHub refuses something. */
  errorHooks?: pulumi.ErrorHook[];
}

/**
 * An environment on GitHub in which a job runs only when somebody has approved it: administrators too have to wait, and
 * jobs of other branches and tags are refused.
 *
 * What GitHub has is read back each time, by the resources behind the output {@link inForce}: an environment that somebody
 * has opened by hand is as good as none, and the state would not tell.
 */
export class ProtectedEnvironment extends pulumi.ComponentResource {
  /** Name of the environment, once its protection is known to be in force. */
  public readonly inForce: pulumi.Output<string>;

  constructor(name: string, args: ProtectedEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ProtectedEnvironment", name, {}, opts);

    const { repository, environment: environmentName, reviewers, errorHooks = [] } = args;
    const child = { parent: this, hooks: { onError: errorHooks } };
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository,
        environment: environmentName,
        reviewers: [reviewers],
        preventSelfReview: true,
        canAdminsBypass: false,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
      child,
    );
    const policies = deploymentPolicies(args).map(
      ({ type, pattern }) =>
        new github.RepositoryEnvironmentDeploymentPolicy(
          `${name}-${type}-${pattern}`,
          {
            repository,
            environment: environment.environment,
            ...(type === "branch" ? { branchPattern: pattern } : { tagPattern: pattern }),
          },
          child,
        ),
    );

    this.inForce = this.readBack(name, args, environment, policies);
    this.registerOutputs({ inForce: this.inForce });
  }

  private readBack(
    name: string,
    args: ProtectedEnvironmentArgs,
    environment: github.RepositoryEnvironment,
    policies: github.RepositoryEnvironmentDeploymentPolicy[],
  ): pulumi.Output<string> {
    const child = { parent: this, dependsOn: policies };
    const found = github.RepositoryEnvironment.get(`${name}-in-force`, environment.id, {}, child);
    const refs = github.getRepositoryEnvironmentDeploymentPoliciesOutput(
      { repository: args.repository, environment: environment.environment },
      child,
    );
    return pulumi
      .all([
        found.reviewers,
        found.preventSelfReview,
        found.canAdminsBypass,
        found.deploymentBranchPolicy,
        refs.policies,
      ])
      .apply(([reviewers, preventSelfReview, canAdminsBypass, deploymentBranchPolicy, allowed]) => {
        // A preview reads what an update is about to change.
        if (pulumi.runtime.isDryRun()) return args.environment;
        const wanted: WantedProtection = args;
        const problems = protectionProblems(wanted, {
          ...(reviewers && { reviewers }),
          ...(preventSelfReview === undefined ? {} : { preventSelfReview }),
          ...(canAdminsBypass === undefined ? {} : { canAdminsBypass }),
          ...(deploymentBranchPolicy && { deploymentBranchPolicy }),
          policies: allowed,
        });
        if (problems.length > 0) throw args.refusal(problems);
        return args.environment;
      });
  }
}
