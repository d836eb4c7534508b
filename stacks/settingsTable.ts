import { z } from "zod";
import { refusalOfKind } from "../committed/guardKinds";
import { refusalOfReleaseKind } from "../committed/releaseKinds";
import { knownKubectls } from "../dryrun/kubectl/find";
import { reasonNames } from "../dryrun/report/verdicts";
import {
  branchName,
  cidrBlock,
  destinationCidrBlock,
  haveNoDouble,
  haveOneEachMinor,
  logRetentionDays,
  releaseReviewers,
  tagPattern,
  vpcCidrBlock,
} from "./settingsValues";

/** One key of the configuration: what the README's table, the error messages and the check are made from. */
export interface Setting<T> {
  /** Type as a person writes it. */
  type: string;
  /** What the value is for. */
  description: string;
  /** What a value must look like, for the error message. */
  expected: string;
  /** A value as `pulumi config set` takes it; for a secret, a command that prints one. */
  example: string;
  /** Never shown, not even where it is wrong. @default false */
  secret?: boolean;
  /** Checks the decoded value and gives it its type. Optional and defaulted schemas make the key optional. */
  schema: z.ZodType<T>;
}

export const setting = <T>(row: Setting<T>): Setting<T> => row;

export const integer = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);
export const arn = (pattern: RegExp) => z.string().regex(pattern);
/** ARN of an IAM policy, of the account or of AWS. */
export const policyArn = arn(/^arn:aws:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]+$/);
/** ARN of a connection to GitHub, under either name of the service. */
export const connectionArn = arn(
  /^arn:aws:(?:codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]{36}$/,
);
/** `owner/name` of a repository on github.com. */
export const repositoryPattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;
const runnerSubnet = z.strictObject({
  availabilityZone: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/),
  cidrBlock,
  natGatewayId: z
    .string()
    .regex(/^nat-[0-9a-f]{8,17}$/)
    .optional(),
  routeTableId: z
    .string()
    .regex(/^rtb-[0-9a-f]{8,17}$/)
    .optional(),
});

/** All keys of the configuration namespace `eks-dryrun-runner`, in the README's order. */
export const settingsTable = {
  targetRepository: setting({
    type: "string",
    description: "The GitHub repository that holds the manifests and gets the workflow.",
    expected: "owner/name of a repository on github.com",
    example: "example-org/kubernetes-manifests",
    schema: z
      .string()
      .regex(repositoryPattern)
      .transform((fullName) => {
        const [owner = "", name = ""] = fullName.split("/");
        return { owner, name, fullName };
      }),
  }),
  targetRepositoryIsPublic: setting({
    type: "boolean",
    description: "Whether everybody can see that repository, and so open a pull request.",
    expected: "true or false",
    example: "false",
    schema: z.boolean(),
  }),
  connectionArn: setting({
    type: "string",
    description: "CodeConnections connection to GitHub, approved by a person. One serves all regions.",
    expected: "the ARN of a connection, arn:aws:codeconnections:<region>:<account>:connection/<id>",
    example:
      "arn:aws:codeconnections:ap-northeast-1:123456789012:connection/6f3e8a52-0d41-4b8e-9c7a-2f5d1b60e934",
    schema: connectionArn.optional(),
  }),
  githubSecretArn: setting({
    type: "string",
    description:
      "Instead of a connection: Secrets Manager secret with a GitHub token, in the stack's region.",
    expected: "the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>",
    example: "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:codebuild/github-AbCdEf",
    schema: arn(
      /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
    ).optional(),
  }),
  githubDefaultCredential: setting({
    type: "boolean",
    description:
      "Instead of a connection: use the GitHub token that CodeBuild keeps for the account and region already.",
    expected: "true, or leave it out",
    example: "true",
    schema: z.literal(true).optional(),
  }),
  delivery: setting({
    type: "string",
    description:
      "How the committed files get onto the default branch: `commit` commits them there, as a GitHub App that the " +
      "branch's rules let by; `pullRequest` opens a pull request, which a person merges. Read from the home stack.",
    expected: "commit or pullRequest",
    example: "pullRequest",
    schema: z.enum(["commit", "pullRequest"]).default("commit"),
  }),
  requiredCheck: setting({
    type: "boolean",
    description:
      "Whether a ruleset of the program requires the check `K8s Dryrun gate` on the default branch. It is there as " +
      "long as the committed workflow is. Read from the home stack.",
    expected: "true or false",
    example: "false",
    schema: z.boolean().default(false),
  }),
  githubAppId: setting({
    type: "integer",
    description:
      "App ID of the GitHub App whose token `GITHUB_TOKEN` is; `requiredCheck` lets it commit past the check. " +
      "Needed where `requiredCheck` goes with `delivery: commit`.",
    expected: "the number that stands as App ID on the app's page on GitHub",
    example: "123456",
    schema: z.int().positive().optional(),
  }),
  runnerSubnets: setting({
    type: "array of objects",
    description:
      "Private subnets to make: `availabilityZone`, `cidrBlock`, and either `natGatewayId` or `routeTableId` " +
      "(default: a NAT gateway of the cluster's VPC, in the same zone where there is one).",
    expected:
      "two or more of { availabilityZone, cidrBlock (/16 to /28), and at most one of natGatewayId, routeTableId }, " +
      "each in a zone of its own",
    example:
      '[{"availabilityZone":"ap-northeast-1a","cidrBlock":"10.10.96.0/27"},' +
      '{"availabilityZone":"ap-northeast-1c","cidrBlock":"10.10.96.32/27"}]',
    schema: z.array(runnerSubnet).min(2).max(16),
  }),
  privateDestinations: setting({
    type: "array of objects",
    description:
      "What else runners may reach in private networks, over TCP, beside the cluster's control plane: a proxy, or the subnets " +
      "of interface endpoints whose private DNS names lead there. Whoever can push a branch reaches it too.",
    expected: "{ cidrBlock (/8 to /32), port (1 to 65535) }, each once",
    example: '[{"cidrBlock":"10.10.48.0/24","port":443}]',
    schema: z
      .array(z.strictObject({ cidrBlock: destinationCidrBlock, port: integer(1, 65535) }))
      .refine(haveNoDouble, "names a destination twice")
      .default([]),
  }),
  githubActorIds: setting({
    type: "array of integers",
    description:
      "Numeric ids of the GitHub accounts whose jobs get a runner (`gh api users/<login> --jq .id`). " +
      "Mandatory for a public repository.",
    expected: "one or more positive integers, each once",
    example: "[583231]",
    schema: z
      .array(z.int().positive())
      .min(1)
      .refine((ids) => new Set(ids).size === ids.length, "names an id twice")
      .optional(),
  }),
  runnerGroup: setting({
    type: "object",
    description:
      "For organisations: the runner group that runners register in, which the organisation has restricted to the " +
      "workflow on the default branch (docs/security.md). The same in every stack, with `githubActorIds`. Not tested on AWS.",
    expected:
      "an object with id (2 or more: 1 is the group that everybody may use), name, and branch, the repository's default branch",
    example: '{"id":7,"name":"k8s-dryrun","branch":"main"}',
    schema: z
      .strictObject({
        id: integer(2, Number.MAX_SAFE_INTEGER),
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/),
        branch: branchName,
      })
      .optional(),
  }),
  guardedKinds: setting({
    type: "array of strings",
    description:
      "Kinds that pull requests may dry-run, for the guard that the home stack commits; `npm run guard -- kinds` " +
      "reads them from the overlays. Default: the kinds of ordinary workloads.",
    expected: "plural names as kubectl takes them, with their group: configmaps, deployments.apps",
    example: '["configmaps","deployments.apps"]',
    schema: z
      .array(z.string().refine((kind) => refusalOfKind(kind) === undefined))
      .min(1)
      .optional(),
  }),
  gateOverrides: setting({
    type: "object of strings",
    description:
      "Whether the check passes or fails where an object was not checked, by reason, in place of docs/verdicts.md.",
    expected: `passes or fails, each for one of the reasons ${reasonNames.join(", ")}`,
    example: '{"no-rights":"passes"}',
    schema: z.partialRecord(z.enum(reasonNames), z.enum(["passes", "fails"])).optional(),
  }),
  serverSideFieldManager: setting({
    type: "string",
    description:
      "Field manager of your deployer, if it applies server-side. Default: it applies like `kubectl apply`, client-side.",
    expected: "a name of at most 128 letters, digits, _, . and -",
    example: "argocd-controller",
    schema: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/)
      .optional(),
  }),
  allowedRemotePrefixes: setting({
    type: "array of strings",
    description: "Beginnings of addresses from which kustomize may fetch bases. Default: it fetches nothing.",
    expected: "addresses with host and at least the slash behind it, as the overlays write them",
    example: '["https://github.com/example-org/"]',
    // Without the slash, example.org would allow example.org.attacker.example too.
    schema: z
      .array(z.string().regex(/^(?:https:\/\/)?[A-Za-z0-9.-]+\/[^\s$]*$/))
      .min(1)
      .optional(),
  }),
  notSecretNames: setting({
    type: "array of strings",
    description:
      "ConfigMap keys and variables that are called like credentials and are none, to show their values; `*` is any text.",
    expected: "names of letters, digits, _, ., - and *",
    example: '["TOKEN_BUCKET_*"]',
    schema: z
      .array(z.string().regex(/^(?=.*[A-Za-z0-9])[A-Za-z0-9_.*-]+$/))
      .min(1)
      .optional(),
  }),
  kubectlVersions: setting({
    type: "object of strings",
    description:
      "Other versions of kubectl than those of dryrun/kubectl/checksums.json, each with the SHA-256 of its binary for Linux " +
      "on x86-64. Looked for in the runner's tool cache and on its PATH, then downloaded.",
    expected: "versions such as v1.36.1, one for a minor, each with a checksum of 64 hexadecimal digits",
    example: JSON.stringify(
      Object.fromEntries(knownKubectls.slice(-1).map(({ version, sha256 }) => [version, sha256])),
    ),
    schema: z
      .record(z.string().regex(/^v1\.\d+\.\d+$/), z.string().regex(/^[0-9a-f]{64}$/))
      .refine((versions) => haveOneEachMinor(Object.keys(versions)), "has a minor twice")
      .optional(),
  }),
  cluster: setting({
    type: "string",
    description:
      "Whether the stack looks the cluster up by its name, or makes it: a private one, without nodes, of the version in " +
      "`stacks/environments.ts`. There is no way back but the one in docs/operations.md.",
    expected: "existing or create",
    example: "create",
    schema: z.enum(["existing", "create"]).default("existing"),
  }),
  clusterSubnetIds: setting({
    type: "array of strings",
    description:
      "With `cluster: create`: private subnets for the new cluster's control plane, in a VPC that is there. " +
      "Default: the program makes a VPC.",
    expected: "ids of two or more subnets of one VPC, in two or more zones",
    example: '["subnet-0a1b2c3d4e5f60718","subnet-0a1b2c3d4e5f60719"]',
    schema: z
      .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/))
      .min(2)
      .max(16)
      .refine((ids) => new Set(ids).size === ids.length, "names a subnet twice")
      .optional(),
  }),
  clusterVpcCidrBlock: setting({
    type: "string",
    description:
      "With `cluster: create`: range of the VPC that the program makes. Its first 96 addresses are for the control plane " +
      "and the NAT gateway; `runnerSubnets` lie behind them.",
    expected: "an IPv4 range from /16 to /24 that begins at its own network address",
    example: "10.10.0.0/16",
    schema: vpcCidrBlock.default("10.10.0.0/16"),
  }),
  apply: setting({
    type: "string",
    description:
      "Whether releases are applied to the stack's cluster: by a build that only a protected GitHub environment of the " +
      "environment's name can start (docs/security.md). Not tested on AWS.",
    expected: "enabled or disabled",
    example: "enabled",
    schema: z.enum(["enabled", "disabled"]).default("disabled"),
  }),
  targetRepositoryId: setting({
    type: "integer",
    description: "With `apply`: GitHub's number of the target repository, which nobody else ever gets.",
    expected: "a number, as `gh api repos/<owner>/<name> --jq .id` prints it",
    example: "600000002",
    schema: z.int().positive().optional(),
  }),
  targetRepositoryOwnerId: setting({
    type: "integer",
    description: "With `apply`: GitHub's number of the target repository's owner.",
    expected: "a number, as `gh api repos/<owner>/<name> --jq .owner.id` prints it",
    example: "500000001",
    schema: z.int().positive().optional(),
  }),
  defaultBranch: setting({
    type: "string",
    description:
      "With `apply`: the target repository's default branch. What applies is taken from it, and commits that are not on it " +
      "are not applied.",
    expected: "the name of a branch",
    example: "main",
    schema: branchName.default("main"),
  }),
  applyKinds: setting({
    type: "array of strings",
    description: "With `apply`: kinds that a release may write, beside those of `guardedKinds`.",
    expected:
      "plural names as kubectl takes them, with their group: secrets, roles.rbac.authorization.k8s.io",
    example: '["secrets"]',
    schema: z
      .array(z.string().refine((kind) => refusalOfReleaseKind(kind) === undefined))
      .min(1)
      .optional(),
  }),
  releaseReviewers: setting({
    type: "array of strings",
    description:
      "Who may approve a release, one of them each time and never who started it. On the home stack, and needed there with `apply`.",
    expected: "1 to 6 of user:<id> and team:<id>, with numbers (`gh api users/<login> --jq .id`), each once",
    example: '["team:4711","user:583231"]',
    schema: releaseReviewers.optional(),
  }),
  releaseTags: setting({
    type: "array of strings",
    description:
      "Tags of releases that are applied. Who maintains the repository makes them, nobody else. On the home stack.",
    expected: "patterns of tags, where * is any text without /, each once, and none that is * alone",
    example: '["v*"]',
    schema: z
      .array(tagPattern)
      .min(1)
      .refine((patterns) => new Set(patterns).size === patterns.length, "names a pattern twice")
      .default(["v*"]),
  }),
  releaseOrder: setting({
    type: "array of strings",
    description:
      "Environments in the order in which a release is applied, a canary first; those it does not name come last. On the " +
      "home stack. Default: the order of `stacks/environments.ts`.",
    expected: "names of environments in stacks/environments.ts, each once",
    example: '["kr-production","ja-production"]',
    schema: z
      .array(z.string())
      .min(1)
      .refine((names) => new Set(names).size === names.length, "names an environment twice")
      .optional(),
  }),
  computeType: setting({
    type: "string",
    description: "CodeBuild compute type (x86-64, EC2).",
    expected: "BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE",
    example: "BUILD_GENERAL1_SMALL",
    schema: z
      .enum(["BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"])
      .default("BUILD_GENERAL1_SMALL"),
  }),
  image: setting({
    type: "string",
    description: "Curated CodeBuild image for x86-64.",
    expected: "aws/codebuild/amazonlinux-x86_64-standard:<version> or aws/codebuild/standard:<version>",
    example: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
    schema: z
      .string()
      .regex(/^aws\/codebuild\/(?:amazonlinux-x86_64-standard|standard):\d+\.\d+$/)
      .default("aws/codebuild/amazonlinux-x86_64-standard:5.0"),
  }),
  runnerStartMinutes: setting({
    type: "integer",
    description:
      "Minutes for which a pull request waits for a runner of a region before its run is ended; while the region's " +
      "runner takes other jobs, it waits on. Read from the home stack.",
    expected: "an integer from 5 to 240",
    example: "30",
    schema: integer(5, 240).default(30),
  }),
  buildTimeoutMinutes: setting({
    type: "integer",
    description: "Minutes after which a runner is ended. Longer than the workflow's own limit for a job.",
    expected: "an integer from 5 to 2160",
    example: "30",
    schema: integer(5, 2160).default(30),
  }),
  queuedTimeoutMinutes: setting({
    type: "integer",
    description: "Minutes after which a build that found no room is dropped.",
    expected: "an integer from 5 to 480",
    example: "60",
    schema: integer(5, 480).default(60),
  }),
  logRetentionDays: setting({
    type: "integer",
    description: "Days for which build logs are kept.",
    expected: `one of ${logRetentionDays.join(", ")} (CloudWatch Logs' own steps)`,
    example: "30",
    schema: z
      .number()
      .refine((days) => logRetentionDays.includes(days), "is not one of CloudWatch Logs' steps")
      .default(30),
  }),
  permissionsBoundaryArn: setting({
    type: "string",
    description: "Permissions boundary for the runner's role.",
    expected: "the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>",
    example: "arn:aws:iam::123456789012:policy/boundary",
    schema: policyArn.optional(),
  }),
  tags: setting({
    type: "object of strings",
    description: "Tags for everything that can carry them, beside `pulumi:project` and `pulumi:stack`.",
    expected:
      "up to 40 strings of letters, digits, spaces and _.:/=+-@, names of 1 to 127 characters that do not begin with " +
      "aws: or pulumi: and differ not in case alone, values up to 255",
    example: '{"team":"data-platform"}',
    schema: z
      .record(
        z.string().regex(/^(?!aws:|pulumi:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,127}$/iu),
        z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,255}$/u),
      )
      // IAM's names have no case, and CodeBuild's are the shortest.
      .refine(
        (tags) =>
          new Set(Object.keys(tags).map((name) => name.toLowerCase())).size === Object.keys(tags).length,
        "has tags whose names differ in case alone",
      )
      .refine((tags) => Object.keys(tags).length <= 40, "has more than 40 tags")
      .default({}),
  }),
};

/** Name of a key of the configuration namespace `eks-dryrun-runner`. */
export type SettingName = keyof typeof settingsTable;
