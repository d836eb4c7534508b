import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runnerNetworkAclRules, type PrivateDestination } from "./runnerNetworkAcl";

/** One private subnet for runners. Exactly one of `natGatewayId` and `routeTableId` is set. */
export interface RunnerSubnet {
  /** Availability zone, such as `ap-northeast-1a`. One subnet a zone. */
  availabilityZone: string;
  /** IPv4 range of the subnet. Each running build takes one address. */
  cidrBlock: pulumi.Input<string>;
  /** NAT gateway that the subnet's own route table leads to. */
  natGatewayId?: pulumi.Input<string>;
  /** Existing route table to use instead of one of our own. */
  routeTableId?: pulumi.Input<string>;
}

/** Arguments of {@link RunnerNetwork}. */
export interface RunnerNetworkArgs {
  /** VPC of the cluster. */
  vpcId: pulumi.Input<string>;
  /** The subnets to make. Plain values where they decide which resources exist. */
  subnets: RunnerSubnet[];
  /** All IPv4 ranges of the VPC. */
  vpcCidrBlocks: string[];
  /** IPv4 ranges of the subnets in which EKS puts the control plane's network interfaces. */
  controlPlaneCidrBlocks: string[];
  /** What else runners may reach in private networks. @default nothing */
  privateDestinations?: PrivateDestination[];
  /** Tags for everything that can carry them. */
  tags: Record<string, string>;
}

/**
 * Where runners run: private subnets that reach the internet through NAT; a security group that lets nothing in and only
 * HTTPS out; and a network ACL that closes private networks but for the control plane, because whoever can push a branch
 * runs code here, and much in a VPC trusts whatever comes from inside.
 *
 * CodeBuild's network interfaces get no public address, so an internet gateway is no way out for them:
 * https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
 */
export class RunnerNetwork extends pulumi.ComponentResource {
  /** Ids of the subnets, in the order of the arguments. */
  public readonly subnetIds: pulumi.Output<string[]>;
  /** ARNs of the subnets, in the order of the arguments. */
  public readonly subnetArns: pulumi.Output<string[]>;
  /** Id of the runners' security group. */
  public readonly securityGroupId: pulumi.Output<string>;
  /** ARN of the runners' security group. */
  public readonly securityGroupArn: pulumi.Output<string>;

  constructor(name: string, args: RunnerNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:RunnerNetwork", name, {}, opts);

    const subnets = args.subnets.map((subnet) => this.subnet(name, args, subnet));

    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-runner`,
      {
        vpcId: args.vpcId,
        description: "GitHub Actions runners for dry runs: nothing in, HTTPS out",
        tags: { ...args.tags, Name: `${name}-runner` },
      },
      // EC2 never changes it: a group that was taken over keeps its own, and a better sentence here replaces no group.
      { parent: this, ignoreChanges: ["description"] },
    );
    // The provider removes the allow-all egress rule that EC2 gives a new group, so without this one nothing gets out.
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-https-out`,
      {
        securityGroupId: securityGroup.id,
        description: "HTTPS to GitHub, AWS and the cluster",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
        tags: args.tags,
      },
      { parent: this },
    );

    for (const { cidrBlock, port } of args.privateDestinations ?? []) {
      if (port !== 443) this.privateEgress(name, args, securityGroup, { cidrBlock, port });
    }
    const networkAcl = this.networkAcl(name, args, subnets);

    // Nobody gets the subnets before the network ACL is on them: a new subnet has the VPC's own, which lets everything out.
    this.subnetIds = pulumi.all([subnets.map(({ id }) => id), networkAcl.id]).apply(([ids]) => ids);
    this.subnetArns = pulumi.output(subnets.map(({ arn }) => arn));
    this.securityGroupId = securityGroup.id;
    this.securityGroupArn = securityGroup.arn;
    this.registerOutputs({
      subnetIds: this.subnetIds,
      subnetArns: this.subnetArns,
      securityGroupId: this.securityGroupId,
      securityGroupArn: this.securityGroupArn,
    });
  }

  /** Children are named by zone, not by position: putting a subnet first must not replace the others. */
  private subnet(name: string, args: RunnerNetworkArgs, { availabilityZone, ...place }: RunnerSubnet) {
    const childName = `${name}-runner-${availabilityZone}`;
    const tags = { ...args.tags, Name: childName };
    const subnet = new aws.ec2.Subnet(
      childName,
      { vpcId: args.vpcId, availabilityZone, cidrBlock: place.cidrBlock, mapPublicIpOnLaunch: false, tags },
      // EC2 refuses a subnet that overlaps another, so a changed range must wait for the old subnet to go.
      { parent: this, deleteBeforeReplace: true },
    );

    let routeTableId = place.routeTableId;
    if (routeTableId === undefined) {
      const routeTable = new aws.ec2.RouteTable(childName, { vpcId: args.vpcId, tags }, { parent: this });
      routeTableId = routeTable.id;
      new aws.ec2.Route(
        childName,
        {
          routeTableId,
          destinationCidrBlock: "0.0.0.0/0",
          ...(place.natGatewayId === undefined ? {} : { natGatewayId: place.natGatewayId }),
        },
        { parent: this },
      );
    }
    new aws.ec2.RouteTableAssociation(
      childName,
      { subnetId: subnet.id, routeTableId },
      // A subnet has one route table: a second association is refused while the first stands.
      { parent: this, deleteBeforeReplace: true },
    );
    return subnet;
  }

  /** What runners reach privately on another port than the 443 that is open to everywhere. */
  private privateEgress(
    name: string,
    args: RunnerNetworkArgs,
    securityGroup: aws.ec2.SecurityGroup,
    { cidrBlock, port }: PrivateDestination,
  ) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-${cidrBlock}-${String(port)}-out`,
      {
        securityGroupId: securityGroup.id,
        description: "A private destination that the settings name",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: cidrBlock,
        tags: args.tags,
      },
      { parent: this },
    );
  }

  /**
   * Rules and subnets stand inside it, so that a rule that somebody adds by hand shows as a change. A subnet moves from one
   * network ACL to another in one step and is never without.
   */
  private networkAcl(name: string, args: RunnerNetworkArgs, subnets: aws.ec2.Subnet[]) {
    const { vpcCidrBlocks, controlPlaneCidrBlocks, privateDestinations = [] } = args;
    return new aws.ec2.NetworkAcl(
      `${name}-runner`,
      {
        vpcId: args.vpcId,
        subnetIds: subnets.map(({ id }) => id),
        ...runnerNetworkAclRules({ vpcCidrBlocks, controlPlaneCidrBlocks, privateDestinations }),
        tags: { ...args.tags, Name: `${name}-runner` },
      },
      { parent: this },
    );
  }
}
