import { z } from "zod";
import { environments, hasRunner } from "../stacks/environments";
import { arn, connectionArn, policyArn, repositoryPattern, setting } from "../stacks/settingsTable";

const number = z.string().regex(/^[1-9]\d{0,19}$/);
/** Five fields of digits, `*`, `,`, `-` and `/`. Pulumi Cloud checks the rest. */
const cron = z.string().regex(/^[\d*,/-]+(?: [\d*,/-]+){4}$/);

const stackNames = z
  .array(z.string().refine((name) => environments.filter(hasRunner).some((one) => one.name === name)))
  .refine((names) => new Set(names).size === names.length, "names a stack twice")
  .default([]);

/** All keys of the configuration namespace `eks-dryrun-runner-deployments`, in the order of docs/deployments.md. */
export const deploymentsTable = {
  pulumiOrganization: setting({
    type: "string",
    description:
      "The organisation in Pulumi Cloud. It is the audience of Pulumi's tokens, which has no capitals.",
    expected: "the name of the organisation as it stands in Pulumi Cloud's addresses, in small letters",
    example: "example-org",
    schema: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,39}$/),
  }),
  repository: setting({
    type: "string",
    description: "The GitHub repository of this program, whose default branch is deployed.",
    expected: "owner/name of a repository on github.com",
    example: "example-org/eks-dryrun-runner",
    schema: z.string().regex(repositoryPattern),
  }),
  repositoryId: setting({
    type: "string",
    description: "GitHub's number of that repository. A name can be taken by somebody else, a number cannot.",
    expected: "a number, as `gh api repos/<owner>/<name> --jq .id` prints it",
    example: "600000001",
    schema: number,
  }),
  repositoryOwnerId: setting({
    type: "string",
    description: "GitHub's number of the repository's owner.",
    expected: "a number, as `gh api repos/<owner>/<name> --jq .owner.id` prints it",
    example: "500000001",
    schema: number,
  }),
  branch: setting({
    type: "string",
    description: "The branch whose pushes are deployed: the default branch.",
    expected: "the name of a branch",
    example: "main",
    schema: z
      .string()
      .regex(/^[\w][\w./-]{0,200}$/)
      .default("main"),
  }),
  targetRepository: setting({
    type: "string",
    description: "The repository with the manifests, the same as in the stacks' Pulumi.yaml.",
    expected: "owner/name of a repository on github.com",
    example: "example-org/kubernetes-manifests",
    schema: z.string().regex(repositoryPattern),
  }),
  githubAppId: setting({
    type: "string",
    description: "The GitHub App by which the home stack commits into the target repository.",
    expected: "the App ID of the app's settings page",
    example: "1000001",
    schema: number,
  }),
  githubAppInstallationId: setting({
    type: "string",
    description: "The installation of that app on the target repository, and on nothing else.",
    expected: "the number at the end of the address of the installation's page",
    example: "2000001",
    schema: number,
  }),
  githubAppPrivateKey: setting({
    type: "string",
    description:
      "A private key of that app. Pulumi Cloud keeps it as a secret of the home stack's deployments.",
    expected: "a key in PEM form, as GitHub hands it out",
    example: "cat <file>.private-key.pem",
    secret: true,
    schema: z
      .string()
      .regex(/^-----BEGIN (?:RSA )?PRIVATE KEY-----\n[\s\S]+\n-----END (?:RSA )?PRIVATE KEY-----\n?$/),
  }),
  noticeFormat: setting({
    type: "string",
    description: "How Pulumi Cloud words the notice that something was changed by hand (drift).",
    expected: "slack, ms_teams or raw",
    example: "slack",
    schema: z.enum(["slack", "ms_teams", "raw"]).default("slack"),
  }),
  noticeUrl: setting({
    type: "string",
    description: "Where the notice goes. Whoever has this address can write there.",
    expected: "an https address",
    example: "echo https://hooks.example.com/services/<rest of the address>",
    secret: true,
    schema: z.string().regex(/^https:\/\/[^\s/]+\/\S*$/),
  }),
  driftSchedule: setting({
    type: "string",
    description: "When stacks are compared with what is really there, in UTC. Nothing is changed.",
    expected: "five fields of cron",
    example: "0 18 * * *",
    schema: cron.default("0 18 * * *"),
  }),
  deploymentPreviews: setting({
    type: "boolean",
    description:
      "Whether Pulumi Deployments previews pull requests. Code of a pull request then holds the update role of each stack.",
    expected: "true or false",
    example: "false",
    schema: z.boolean().default(false),
  }),
  pulumiIdentityProviderArn: setting({
    type: "string",
    description:
      "The account's identity provider for api.pulumi.com/oidc, if it has one: AWS allows one an address.",
    expected: "arn:aws:iam::<account>:oidc-provider/api.pulumi.com/oidc",
    example: "arn:aws:iam::123456789012:oidc-provider/api.pulumi.com/oidc",
    schema: arn(/^arn:aws:iam::\d{12}:oidc-provider\/api\.pulumi\.com\/oidc$/).optional(),
  }),
  githubIdentityProviderArn: setting({
    type: "string",
    description: "The same for token.actions.githubusercontent.com.",
    expected: "arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com",
    example: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    schema: arn(/^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/).optional(),
  }),
  connectionArn: setting({
    type: "string",
    description:
      "The stacks' connection to GitHub, if they use one, so that the roles may look at it and hand it over.",
    expected: "the ARN of a connection, the same as in the stacks' Pulumi.yaml",
    example:
      "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52-0d41-4b8e-9c7a-2f5d1b60e934",
    schema: connectionArn.optional(),
  }),
  stacksWithOwnCluster: setting({
    type: "array of strings",
    description:
      "Stacks with `cluster: create`. Their update roles may make and delete a VPC and their cluster, and they are its administrators.",
    expected: "names of stacks with a runner, each once",
    example: '["in-production"]',
    schema: stackNames,
  }),
  stacksWithReleases: setting({
    type: "array of strings",
    description:
      "Stacks with `apply: enabled`. Their update roles may make what applies releases, so the roles that write to the cluster.",
    expected: "names of stacks with a runner, each once, and none of stacksWithOwnCluster",
    example: '["kr-production"]',
    schema: stackNames,
  }),
  permissionsBoundaryArn: setting({
    type: "string",
    description:
      "Permissions boundary for the roles. The update roles may then make runner roles with it only.",
    expected: "the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>",
    example: "arn:aws:iam::123456789012:policy/boundary",
    schema: policyArn.optional(),
  }),
};
