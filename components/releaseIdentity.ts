import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer, stsAudience, type Repository } from "./identityTrust";
import { releasePolicy, releaseTrustPolicy, type TrustedWorkflow } from "./releasePolicy";

/** GitHub's identity provider in the AWS account, of which an account has one. */
export type GitHubIdentityProvider =
  /** Somebody else's, by its ARN: used as it is. */
  | { ownedBy: "others"; arn: string }
  /** This stack's: made, or by its ARN where it is there already. */
  | { ownedBy: "stack"; arn?: string };

/** Arguments of {@link ReleaseIdentity}. */
export interface ReleaseIdentityArgs {
  /** Name of the role. Its ARN stands in the committed workflow, so it is never generated. */
  roleName: string;
  identityProvider: GitHubIdentityProvider;
  repository: Repository;
  /** The GitHub environment in which a job must run. */
  environment: string;
  /** The reusable workflow that a job must be of. */
  workflow: TrustedWorkflow;
  /** The project whose builds the role starts. */
  projectArn: pulumi.Input<string>;
  /** The project's log group. */
  logGroupArn: pulumi.Input<string>;
  /** Names of environment variables that may be set for a build. */
  variables: string[];
  /** ARN of a policy that bounds the role. @default none */
  permissionsBoundaryArn?: pulumi.Input<string>;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/** The role by which a protected release has its commit applied: it starts one build, and reads how it goes. */
export class ReleaseIdentity extends pulumi.ComponentResource {
  public readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: ReleaseIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ReleaseIdentity", name, {}, opts);
    const child = { parent: this };

    const providerArn = this.providerArn(name, args);
    const role = new aws.iam.Role(
      `${name}-release`,
      {
        name: args.roleName,
        description: `Releases of ${args.repository.fullName} in the GitHub environment ${args.environment}: starts the build that applies`,
        assumeRolePolicy: providerArn.apply((arn) =>
          JSON.stringify(releaseTrustPolicy(arn, args.repository, args.environment, args.workflow)),
        ),
        ...(args.permissionsBoundaryArn === undefined
          ? {}
          : { permissionsBoundary: args.permissionsBoundaryArn }),
        tags: args.tags,
      },
      // Two roles of one name cannot be.
      { ...child, deleteBeforeReplace: true },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-release`,
      {
        role: role.name,
        policy: pulumi
          .all([args.projectArn, args.logGroupArn])
          .apply(([projectArn, logGroupArn]) =>
            JSON.stringify(releasePolicy({ projectArn, logGroupArn, variables: args.variables })),
          ),
      },
      child,
    );

    // A role without its policy is of no use to anybody.
    this.roleArn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ roleArn: this.roleArn });
  }

  private providerArn(name: string, { identityProvider, tags }: ReleaseIdentityArgs): pulumi.Output<string> {
    if (identityProvider.ownedBy === "others") return pulumi.output(identityProvider.arn);
    return new aws.iam.OpenIdConnectProvider(
      `${name}-github`,
      { url: `https://${githubIssuer}`, clientIdLists: [stsAudience], tags },
      {
        parent: this,
        // The account's other roles may trust it by then, those of other stacks and of other people.
        retainOnDelete: true,
        // One that was left behind is taken up again. Of one that is in the state already, this changes nothing.
        ...(identityProvider.arn === undefined ? {} : { import: identityProvider.arn }),
        // IAM finds the thumbprint itself; and others may have added audiences and tags of theirs.
        ignoreChanges: ["thumbprintLists", "clientIdLists", "tags"],
      },
    ).arn;
  }
}
