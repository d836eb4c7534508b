import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { retryOnAuthorizationLag } from "./authorizationLag";
import { codeBuildRole } from "./codeBuildRole";
import { gitHubSource } from "./gitHubSource";
import { registrationVariables } from "./runnerRegistration";
import type { GithubCredential } from "./runnerPolicy";
import { webhookFilters } from "./webhookFilters";

/** Arguments of {@link CodeBuildRunner}. */
export interface CodeBuildRunnerArgs {
  /**
   * Name of the CodeBuild project. It is the runner's label in workflows, so it is never generated, and it must be
   * unique over all regions: every project on a repository hears of every job and the name alone selects.
   */
  projectName: string;
  /** AWS account id. */
  accountId: string;
  /** AWS region code. */
  region: string;
  /** GitHub repository as `owner/name`. */
  repository: string;
  /** How CodeBuild authenticates to GitHub. */
  githubCredential: GithubCredential;
  /** Names of the workflows whose jobs get a runner. They keep accidents away, not attackers, who choose names. */
  workflowNames: string[];
  /** Numeric ids of the GitHub accounts whose jobs get a runner. @default everybody who can start the workflow */
  githubActorIds?: number[];
  /** The runner group of an organisation that runners register in. @default they register with the repository */
  runnerGroup?: { organization: string; id: number };
  /** The cluster that jobs look up. */
  clusterArn: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  subnetArns: pulumi.Input<string[]>;
  securityGroupId: pulumi.Input<string>;
  securityGroupArn: pulumi.Input<string>;
  /** CodeBuild compute type, such as `BUILD_GENERAL1_SMALL`. */
  computeType: pulumi.Input<string>;
  /** A curated CodeBuild image for x86-64. */
  image: pulumi.Input<string>;
  /** Minutes after which a build is ended, 5 to 2160. */
  buildTimeoutMinutes: pulumi.Input<number>;
  /** Minutes after which a queued build is dropped, 5 to 480. */
  queuedTimeoutMinutes: pulumi.Input<number>;
  /** Days for which build logs are kept. */
  logRetentionDays: pulumi.Input<number>;
  /** ARN of a policy that bounds the runner's role. @default none */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * A CodeBuild project that runs GitHub Actions jobs inside the VPC, its role and its log.
 *
 * What makes a project a runner is its webhook on `WORKFLOW_JOB_QUEUED`:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/action-runner.html
 */
export class CodeBuildRunner extends pulumi.ComponentResource {
  public readonly roleArn: pulumi.Output<string>;
  /** IAM's own id of the role, which changes when a role of the same name is made anew. */
  public readonly roleUniqueId: pulumi.Output<string>;
  /** Name of the project, known once the project and its webhook exist. */
  public readonly projectName: pulumi.Output<string>;

  constructor(name: string, args: CodeBuildRunnerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:CodeBuildRunner", name, {}, opts);
    const child = { parent: this };

    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-runner`,
      { name: `/aws/codebuild/${args.projectName}`, retentionInDays: args.logRetentionDays, tags: args.tags },
      child,
    );
    const description = `CodeBuild project ${args.projectName}: GitHub Actions runner that may only dry-run`;
    const { role, policy } = codeBuildRole(`${name}-runner`, { ...args, description, logGroup }, this);
    // CodeBuild tries the role's permissions when it creates either, so neither may come before the policy; and IAM
    // takes some seconds to show a policy that is attached.
    const afterPolicy: pulumi.CustomResourceOptions = {
      ...child,
      dependsOn: [policy],
      hooks: { onError: [new pulumi.ErrorHook(`${name}-authorization-lag`, retryOnAuthorizationLag())] },
    };
    const project = this.project(name, args, { role, logGroup, options: afterPolicy });
    const webhook = new aws.codebuild.Webhook(
      `${name}-runner`,
      {
        projectName: project.name,
        buildType: "BUILD",
        filterGroups: [{ filters: webhookFilters(args.workflowNames, args.githubActorIds) }],
      },
      {
        ...afterPolicy,
        // A webhook goes with its project on AWS's side.
        deleteBeforeReplace: true,
        // CodeBuild leaves the webhook on the old repository when the project's source moves to another:
        // https://github.com/hashicorp/terraform-provider-aws/issues/47546
        replacementTrigger: args.repository,
      },
    );

    this.roleArn = role.arn;
    this.roleUniqueId = role.uniqueId;
    this.projectName = webhook.projectName;
    this.registerOutputs({
      roleArn: this.roleArn,
      roleUniqueId: this.roleUniqueId,
      projectName: this.projectName,
    });
  }

  private project(
    name: string,
    args: CodeBuildRunnerArgs,
    made: { role: aws.iam.Role; logGroup: aws.cloudwatch.LogGroup; options: pulumi.CustomResourceOptions },
  ) {
    return new aws.codebuild.Project(
      `${name}-runner`,
      {
        name: args.projectName,
        description: `GitHub Actions runner for ${args.repository}`,
        serviceRole: made.role.arn,
        // Runner builds ignore the buildspec; an inline one keeps a label from bringing one out of a branch.
        source: gitHubSource(args.repository, args.githubCredential, emptyBuildspec),
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          computeType: args.computeType,
          image: args.image,
          imagePullCredentialsType: "CODEBUILD",
          privilegedMode: false,
          ...(args.runnerGroup && { environmentVariables: registrationVariables(args.runnerGroup) }),
        },
        vpcConfig: {
          vpcId: args.vpcId,
          subnets: args.subnetIds,
          securityGroupIds: [args.securityGroupId],
        },
        logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: made.logGroup.name } },
        buildTimeout: args.buildTimeoutMinutes,
        queuedTimeout: args.queuedTimeoutMinutes,
        tags: args.tags,
      },
      // Two projects of one name cannot be, so a project that is replaced under its name must go first.
      { ...made.options, deleteBeforeReplace: true },
    );
  }
}

const emptyBuildspec = ["version: 0.2", "phases:", "  build:", "    commands:", "      - 'true'", ""].join(
  "\n",
);
