import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { applyBuildTimeoutMinutes } from "../committed/apply/buildspec";
import { releaseGroup } from "../committed/guardNames";
import { retryOnAuthorizationLag } from "./authorizationLag";
import { codeBuildRole } from "./codeBuildRole";
import { gitHubSource } from "./gitHubSource";
import type { GithubCredential } from "./runnerPolicy";

/** Arguments of {@link ApplyProject}. */
export interface ApplyProjectArgs {
  /** Name of the CodeBuild project. It stands in the committed workflow, so it is never generated. */
  projectName: string;
  /** AWS account id. */
  accountId: string;
  /** AWS region code. */
  region: string;
  /** GitHub repository as `owner/name`. */
  repository: string;
  /** How CodeBuild authenticates to GitHub. */
  githubCredential: GithubCredential;
  /** The whole buildspec: a build brings none of its own. */
  buildspec: pulumi.Input<string>;
  clusterName: pulumi.Input<string>;
  clusterArn: pulumi.Input<string>;
  /** The cluster security group, which tells a cluster that was made anew under its name. */
  clusterSecurityGroupId: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
  /** The runner's subnets, from which there is a way to the control plane already. */
  subnetIds: pulumi.Input<string[]>;
  subnetArns: pulumi.Input<string[]>;
  /** The runner's security group, which the cluster's lets in. */
  securityGroupId: pulumi.Input<string>;
  securityGroupArn: pulumi.Input<string>;
  /** CodeBuild compute type, such as `BUILD_GENERAL1_SMALL`. */
  computeType: pulumi.Input<string>;
  /** A curated CodeBuild image for x86-64. */
  image: pulumi.Input<string>;
  /** Minutes after which a queued build is dropped, 5 to 480. */
  queuedTimeoutMinutes: pulumi.Input<number>;
  /** Days for which build logs are kept. */
  logRetentionDays: pulumi.Input<number>;
  /** ARN of a policy that bounds the role. @default none */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * A CodeBuild project that applies releases to the cluster: the only one whose role may write there. It has no webhook, so
 * no job and no label of a workflow reaches it, and its buildspec and image are its own.
 *
 * Its role may do on AWS what the runner's may, and is in the cluster a member of the group `release-apply`, with no access
 * policy.
 */
export class ApplyProject extends pulumi.ComponentResource {
  public readonly projectName: pulumi.Output<string>;
  public readonly projectArn: pulumi.Output<string>;
  public readonly logGroupArn: pulumi.Output<string>;

  constructor(name: string, args: ApplyProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ApplyProject", name, {}, opts);
    const child = { parent: this };

    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-apply`,
      { name: `/aws/codebuild/${args.projectName}`, retentionInDays: args.logRetentionDays, tags: args.tags },
      child,
    );
    const description = `CodeBuild project ${args.projectName}: applies releases`;
    const { role, policy } = codeBuildRole(`${name}-apply`, { ...args, description, logGroup }, this);
    const entry = this.accessEntry(name, args, role);
    const project = this.project(name, args, {
      role,
      logGroup,
      options: {
        ...child,
        // CodeBuild tries the role's permissions at once; and a build without access entry would fail.
        dependsOn: [policy, entry],
        hooks: {
          onError: [new pulumi.ErrorHook(`${name}-apply-authorization-lag`, retryOnAuthorizationLag())],
        },
      },
    });

    this.projectName = project.name;
    this.projectArn = project.arn;
    this.logGroupArn = logGroup.arn;
    this.registerOutputs({
      projectName: this.projectName,
      projectArn: this.projectArn,
      logGroupArn: this.logGroupArn,
    });
  }

  private accessEntry(name: string, args: ApplyProjectArgs, role: aws.iam.Role): aws.eks.AccessEntry {
    return new aws.eks.AccessEntry(
      `${name}-apply`,
      {
        clusterName: args.clusterName,
        principalArn: role.arn,
        kubernetesGroups: [releaseGroup],
        type: "STANDARD",
        tags: args.tags,
      },
      {
        parent: this,
        // As the runner's: EKS remembers the role's own id, and a cluster made anew has no entry.
        replacementTrigger: [role.uniqueId, args.clusterSecurityGroupId],
        deleteBeforeReplace: true,
      },
    );
  }

  private project(
    name: string,
    args: ApplyProjectArgs,
    made: { role: aws.iam.Role; logGroup: aws.cloudwatch.LogGroup; options: pulumi.CustomResourceOptions },
  ): aws.codebuild.Project {
    return new aws.codebuild.Project(
      `${name}-apply`,
      {
        name: args.projectName,
        description: `Applies releases of ${args.repository}`,
        serviceRole: made.role.arn,
        // Without a depth the whole history is cloned: whether a commit is on the default branch shows in nothing less.
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-codebuild-project-source.html
        source: gitHubSource(args.repository, args.githubCredential, args.buildspec),
        artifacts: { type: "NO_ARTIFACTS" },
        environment: {
          type: "LINUX_CONTAINER",
          computeType: args.computeType,
          image: args.image,
          imagePullCredentialsType: "CODEBUILD",
          privilegedMode: false,
        },
        vpcConfig: {
          vpcId: args.vpcId,
          subnets: args.subnetIds,
          securityGroupIds: [args.securityGroupId],
        },
        logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: made.logGroup.name } },
        buildTimeout: applyBuildTimeoutMinutes,
        // One apply at a time, also where a job has ended before its build: another one is refused.
        // https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
        concurrentBuildLimit: 1,
        queuedTimeout: args.queuedTimeoutMinutes,
        tags: args.tags,
      },
      // Two projects of one name cannot be, so a project that is replaced under its name must go first.
      { ...made.options, deleteBeforeReplace: true },
    );
  }
}
