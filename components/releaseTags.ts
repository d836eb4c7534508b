import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { releaseTagsRuleset } from "./protection";

/**
 * GitHub's numbers of the repository roles that may make releases:
 * https://registry.terraform.io/providers/integrations/github/latest/docs/resources/repository_ruleset
 */
const repositoryRoles = { maintain: 2, admin: 5 };

/** Arguments of {@link ReleaseTags}. */
export interface ReleaseTagsArgs {
  /** Name of the repository; its owner is the GitHub provider's. */
  repository: string;
  /** Patterns of the tags. */
  tags: string[];
  /** The default branch. */
  branch: string;
  /** Hooks that are asked when GitHub refuses the ruleset. */
  errorHooks?: pulumi.ErrorHook[];
}

/**
 * Who may make, move and delete the tags of releases: who maintains the repository. Whoever can push a branch cannot, nor
 * can a workflow with the token of its job. The same for a tag that is called as the default branch is: GitHub would take the
 * workflows that a release calls from it.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#calling-a-reusable-workflow
 */
export class ReleaseTags extends pulumi.ComponentResource {
  constructor(name: string, args: ReleaseTagsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ReleaseTags", name, {}, opts);

    const { repository, tags, branch, errorHooks = [] } = args;
    const includes = [...tags, branch].map((pattern) => `refs/tags/${pattern}`);
    new github.RepositoryRuleset(
      `${name}-release-tags`,
      {
        name: releaseTagsRuleset,
        repository,
        target: "tag",
        enforcement: "active",
        conditions: { refName: { includes, excludes: [] } },
        rules: { creation: true, update: true, deletion: true },
        bypassActors: Object.values(repositoryRoles).map((actorId) => ({
          actorType: "RepositoryRole",
          actorId,
          bypassMode: "always",
        })),
      },
      {
        parent: this,
        hooks: { onError: errorHooks },
        // As of the required check: the provider would look for the same ruleset in the other repository.
        replaceOnChanges: ["repository"],
        deleteBeforeReplace: true,
      },
    );

    this.registerOutputs({});
  }
}
