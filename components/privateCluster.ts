import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link PrivateCluster}. */
export interface PrivateClusterArgs {
  /** Name of the EKS cluster, unique in its region and account. */
  clusterName: string;
  /** Minor version of Kubernetes, such as `1.35`. */
  kubernetesVersion: pulumi.Input<string>;
  vpcId: pulumi.Input<string>;
  /** Private subnets for the control plane's network interfaces, in two zones or more. */
  subnetIds: pulumi.Input<string[]>;
  /** Days for which the control plane's logs are kept. */
  logRetentionDays: pulumi.Input<number>;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * An EKS cluster that only its VPC reaches, with access entries and without nodes: a dry run asks the API server alone.
 *
 * EKS itself makes its security group; @pulumi/eks would add one of its own, and none of the two would tell the other's
 * rules. Whoever brings the stack up becomes the cluster's administrator, which @pulumi/eks fixes.
 */
export class PrivateCluster extends pulumi.ComponentResource {
  public readonly clusterName: pulumi.Output<string>;
  public readonly clusterArn: pulumi.Output<string>;
  /** The cluster security group, which EKS puts on the control plane's network interfaces. */
  public readonly clusterSecurityGroupId: pulumi.Output<string>;

  constructor(name: string, args: PrivateClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:PrivateCluster", name, {}, opts);

    // EKS would make it, with no end to what is kept.
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-control-plane`,
      {
        name: `/aws/eks/${args.clusterName}/cluster`,
        retentionInDays: args.logRetentionDays,
        tags: args.tags,
      },
      { parent: this },
    );
    const { eksCluster } = new eks.Cluster(
      name,
      {
        // By way of the log group, because what a component waits for its children do not: it must be there first.
        name: logGroup.name.apply(() => args.clusterName),
        version: args.kubernetesVersion,
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
        authenticationMode: eks.AuthenticationMode.Api,
        // Who asked for what, and who was turned away.
        enabledClusterLogTypes: ["api", "audit", "authenticator"],
        skipDefaultSecurityGroups: true,
        skipDefaultNodeGroup: true,
        // Managed add-ons wait for nodes. EKS puts the same in unmanaged, and nodes that come later find them.
        useDefaultVpcCni: true,
        corednsAddonOptions: { enabled: false },
        kubeProxyAddonOptions: { enabled: false },
        tags: args.tags,
      },
      { parent: this },
    );

    this.clusterName = eksCluster.name;
    this.clusterArn = eksCluster.arn;
    this.clusterSecurityGroupId = eksCluster.vpcConfig.clusterSecurityGroupId;
    this.registerOutputs({
      clusterName: this.clusterName,
      clusterArn: this.clusterArn,
      clusterSecurityGroupId: this.clusterSecurityGroupId,
    });
  }
}
