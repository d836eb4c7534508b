import * as pulumi from "@pulumi/pulumi";

interface Advice {
  /** What GitHub says. */
  refusal: RegExp;
  /** What it means and what to do. */
  advice(fullName: string, stack: string): string;
}

/** What a person can do about GitHub's refusals, the first row that fits. */
const table: Advice[] = [
  {
    refusal: /billing plan supports|upgrade to github (?:pro|team|enterprise)/i,
    advice: (fullName) =>
      `The plan of ${fullName}'s owner has no such protection for private repositories, so releases cannot be applied ` +
      "(eks-dryrun-runner:apply). GitHub may have made the environment all the same, without protection: delete it, under " +
      `https://github.com/${fullName}/settings/environments`,
  },
  {
    refusal: /must be part of the ruleset source or owner organization/i,
    advice: (fullName, stack) =>
      `eks-dryrun-runner:githubAppId must be the App ID of a GitHub App that is installed on ${fullName}:\n` +
      `    pulumi config set eks-dryrun-runner:githubAppId <App ID> --stack ${stack}`,
  },
  {
    // Rulesets: 409 for files and 422 for refs, with the broken rules below. Classic rules: the rule alone.
    refusal:
      /rule violations found|must be made through a pull request|status checks? .*expected|not authorized to push/i,
    advice: (fullName, stack) =>
      `The rules of ${fullName}'s default branch do not let the owner of GITHUB_TOKEN commit. Either let its GitHub ` +
      "App by: on the bypass list (Always allow) of each ruleset that says so, under Settings > Rules, and for the " +
      "program's own required check\n" +
      `    pulumi config set eks-dryrun-runner:githubAppId <App ID> --stack ${stack}\n` +
      "Or have the files delivered by pull requests, which a person merges:\n" +
      `    pulumi config set eks-dryrun-runner:delivery pullRequest --stack ${stack}\n` +
      "Then run the same command again: what was made before stays.",
  },
  {
    // A missing right to write workflows is hidden behind 404:
    // https://github.com/integrations/terraform-provider-github/issues/762
    refusal: /\b403\b.*not accessible by|PUT .*\/contents\/\.github\/workflows\/.*\b404\b/i,
    advice: (fullName) =>
      `GITHUB_TOKEN lacks a permission on ${fullName}. README.md, "Bring the stacks up", lists what a token needs ` +
      "for each setting; new permissions of an app must be approved where it is installed.",
  },
];

/** What a person can do about an error of GitHub; undefined where the error says all there is to say. */
export function adviceOn(error: string, fullName: string, stack: string): string | undefined {
  return table.find(({ refusal }) => refusal.test(error))?.advice(fullName, stack);
}

/** Says beside GitHub's refusal of an operation what to do about it. Nothing is tried again. */
export function explainGithubRefusal(fullName: string): pulumi.ErrorHook {
  return new pulumi.ErrorHook("github-refusal", async ({ errors }) => {
    const advice = adviceOn(errors[0] ?? "", fullName, pulumi.getStack());
    if (advice !== undefined) await pulumi.log.error(advice);
    return false;
  });
}
