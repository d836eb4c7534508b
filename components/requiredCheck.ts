import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/**
 * Id of the app that reports the checks of GitHub Actions: https://api.github.com/apps/github-actions. With it, a check
 * that anybody else reports under the same name does not count.
 */
export const githubActionsAppId = 15368;

/** Arguments of {@link RequiredCheck}. */
export interface RequiredCheckArgs {
  /** Name of the repository; its owner is the GitHub provider's. */
  repository: string;
  /** Name of the check: of the job that reports it. */
  checkName: string;
  /** Id of the GitHub App that may commit to the default branch without the check. */
  bypassAppId?: number;
  /** Hooks that are asked when GitHub refuses the ruleset. */
  errorHooks?: pulumi.ErrorHook[];
}

/**
 * Requires a check of GitHub Actions on the default branch, by a ruleset of its own.
 *
 * It must not be there without the workflow that reports the check, or each pull request waits for ever: whoever makes
 * both gives it the workflow in `dependsOn`, so that it is made after and deleted before.
 */
export class RequiredCheck extends pulumi.ComponentResource {
  constructor(name: string, args: RequiredCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:RequiredCheck", name, {}, opts);

    const { repository, checkName, bypassAppId, errorHooks = [] } = args;
    new github.RepositoryRuleset(
      `${name}-required-check`,
      {
        name: `eks-dryrun-runner: ${checkName}`,
        repository,
        target: "branch",
        enforcement: "active",
        conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] } },
        rules: {
          requiredStatusChecks: {
            requiredChecks: [{ context: checkName, integrationId: githubActionsAppId }],
            // A dry run is against the cluster, not against the branch: it need not be repeated for each merge.
            strictRequiredStatusChecksPolicy: false,
          },
        },
        bypassActors:
          bypassAppId === undefined
            ? []
            : // "always", because "pull_request" lets nobody commit.
              [{ actorType: "Integration", actorId: bypassAppId, bypassMode: "always" }],
      },
      {
        parent: this,
        hooks: { onError: errorHooks },
        // The provider would look for the same ruleset in the other repository. Names are unique in a repository, and a
        // renamed one is the same.
        replaceOnChanges: ["repository"],
        deleteBeforeReplace: true,
      },
    );

    this.registerOutputs({});
  }
}
