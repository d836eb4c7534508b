import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { guardedGroup } from "../committed/guardNames";

/** Arguments of {@link ClusterAccess}. */
export interface ClusterAccessArgs {
  /** Name of the EKS cluster. */
  clusterName: pulumi.Input<string>;
  /** The cluster security group, which EKS puts on the control plane's network interfaces. */
  clusterSecurityGroupId: pulumi.Input<string>;
  /** The runners' security group. */
  runnerSecurityGroupId: pulumi.Input<string>;
  /** The runners' role. */
  runnerRoleArn: pulumi.Input<string>;
  /** IAM's own id of that role. */
  runnerRoleUniqueId: pulumi.Input<string>;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * Lets runners reach the control plane and be somebody there: a member of the group `pr-dry-run`, with no access
 * policy, because EKS adds what a policy grants to what the group may do.
 * https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
 */
export class ClusterAccess extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ClusterAccess", name, {}, opts);

    new aws.vpc.SecurityGroupIngressRule(
      `${name}-runner-to-control-plane`,
      {
        securityGroupId: args.clusterSecurityGroupId,
        description: "GitHub Actions runners for dry runs to the API server",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        referencedSecurityGroupId: args.runnerSecurityGroupId,
        tags: args.tags,
      },
      { parent: this },
    );

    new aws.eks.AccessEntry(
      `${name}-runner`,
      {
        clusterName: args.clusterName,
        principalArn: args.runnerRoleArn,
        kubernetesGroups: [guardedGroup],
        type: "STANDARD",
        tags: args.tags,
      },
      {
        parent: this,
        // EKS remembers the role's own id: an entry whose role was made anew under the same ARN admits nobody, silently.
        // And a cluster made anew under the same name has no entry, which only its security group tells.
        replacementTrigger: [args.runnerRoleUniqueId, args.clusterSecurityGroupId],
        // A principal has one entry.
        deleteBeforeReplace: true,
      },
    );

    this.registerOutputs({});
  }
}
