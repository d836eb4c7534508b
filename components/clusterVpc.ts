import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterVpcSubnet } from "./clusterVpcSubnets";

/** Arguments of {@link ClusterVpc}. */
export interface ClusterVpcArgs {
  /** IPv4 range of the VPC, /16 to /24. */
  cidrBlock: string;
  /** Subnets for the control plane's network interfaces: two, in two zones. */
  controlPlaneSubnets: ClusterVpcSubnet[];
  /** The subnet in which the NAT gateway stands. */
  natSubnet: ClusterVpcSubnet;
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * A VPC for a private cluster and its runners: two private subnets for the control plane, with no way out because it needs
 * none, and a public one in which nothing stands but the NAT gateway. One for all zones: a trial does not pay for two.
 *
 * Both DNS attributes are on, without which the private endpoint's name does not resolve:
 * https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
 */
export class ClusterVpc extends pulumi.ComponentResource {
  public readonly vpcId: pulumi.Output<string>;
  /** Ids of the control plane's subnets, in the order of the arguments. */
  public readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  /** The NAT gateway, known once the way through it is there. */
  public readonly natGatewayId: pulumi.Output<string>;

  constructor(name: string, args: ClusterVpcArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:ClusterVpc", name, {}, opts);

    const vpc = new aws.ec2.Vpc(
      `${name}-cluster`,
      {
        cidrBlock: args.cidrBlock,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { ...args.tags, Name: `${name}-cluster` },
      },
      { parent: this },
    );
    const controlPlane = args.controlPlaneSubnets.map((subnet) =>
      this.subnet(`${name}-control-plane-${subnet.availabilityZone}`, vpc.id, subnet, args.tags),
    );

    this.vpcId = vpc.id;
    this.controlPlaneSubnetIds = pulumi.output(controlPlane.map(({ id }) => id));
    this.natGatewayId = this.natGateway(name, vpc.id, args);
    this.registerOutputs({
      vpcId: this.vpcId,
      controlPlaneSubnetIds: this.controlPlaneSubnetIds,
      natGatewayId: this.natGatewayId,
    });
  }

  private subnet(
    name: string,
    vpcId: pulumi.Input<string>,
    { availabilityZone, cidrBlock }: ClusterVpcSubnet,
    tags: Record<string, string>,
  ) {
    return new aws.ec2.Subnet(
      name,
      { vpcId, availabilityZone, cidrBlock, mapPublicIpOnLaunch: false, tags: { ...tags, Name: name } },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  private natGateway(name: string, vpcId: pulumi.Output<string>, args: ClusterVpcArgs) {
    const childName = `${name}-nat`;
    const child = { parent: this };
    const tags = { ...args.tags, Name: childName };
    const subnet = this.subnet(childName, vpcId, args.natSubnet, args.tags);
    const internetGateway = new aws.ec2.InternetGateway(childName, { vpcId, tags }, child);
    const routeTable = new aws.ec2.RouteTable(childName, { vpcId, tags }, child);
    const route = new aws.ec2.Route(
      childName,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGateway.id },
      child,
    );
    const association = new aws.ec2.RouteTableAssociation(
      childName,
      { subnetId: subnet.id, routeTableId: routeTable.id },
      child,
    );
    // EC2 takes no internet gateway away while an address of the VPC leads through it.
    const behindGateway = { ...child, dependsOn: [internetGateway] };
    const address = new aws.ec2.Eip(childName, { domain: "vpc", tags }, behindGateway);
    const natGateway = new aws.ec2.NatGateway(
      childName,
      { subnetId: subnet.id, allocationId: address.allocationId, tags },
      behindGateway,
    );
    return pulumi.all([natGateway.id, route.id, association.id]).apply(([id]) => id);
  }
}
