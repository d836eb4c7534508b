import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { securityGroupRefusals } from "../../../sandbox/aws/refusals/securityGroups";
import { subnetRefusals } from "../../../sandbox/aws/refusals/subnets";
import { tagRefusals } from "../../../sandbox/aws/refusals/tags";
import { localAws, refusal, untestedRows, type Clients, type LocalAws, type RefusedCall } from "./localAws";

/** What stands in the world, by what the rows below call it. */
interface Standing {
  vpc: string;
  otherVpc: string;
  subnet: string;
  otherSubnet: string;
  natSubnet: string;
  nat: string;
  internetGateway: string;
  mainRouteTable: string;
  associatedRouteTable: string;
  freeRouteTable: string;
  routeTableOfOtherVpc: string;
  group: string;
  namedGroup: string;
  defaultGroup: string;
  groupOfOtherVpc: string;
  clusterGroup: string;
}

type Call = RefusedCall<Standing>[3];

const subnet = (CidrBlock: string, AvailabilityZone: string): Call => {
  return ({ ec2 }, { vpc }) => ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone }));
};
const group = (GroupName: string, Description = "runner", VpcId?: string): Call => {
  return ({ ec2 }, { vpc }) =>
    ec2.send(new CreateSecurityGroupCommand({ GroupName, Description, VpcId: VpcId ?? vpc }));
};
const ingress = (permission: (standing: Standing) => IpPermission): Call => {
  return ({ ec2 }, standing) =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: standing.group,
        IpPermissions: [permission(standing)],
      }),
    );
};
const tcp = (FromPort: number, ToPort: number): IpPermission => {
  return { IpProtocol: "tcp", FromPort, ToPort, IpRanges: [{ CidrIp: "10.0.0.0/8" }] };
};
const route = (target: (standing: Standing) => object, table: keyof Standing = "freeRouteTable"): Call => {
  return ({ ec2 }, standing) =>
    ec2.send(
      new CreateRouteCommand({
        RouteTableId: standing[table],
        DestinationCidrBlock: "0.0.0.0/0",
        ...target(standing),
      }),
    );
};

const refused: RefusedCall<Standing>[] = [
  [
    "CreateSubnet",
    "a zone of another region",
    "InvalidParameterValue",
    subnet("10.10.64.0/24", "ap-south-1a"),
  ],
  [
    "CreateSubnet",
    "a block smaller than /28",
    "InvalidSubnet.Range",
    subnet("10.10.64.0/29", "ap-northeast-1a"),
  ],
  [
    "CreateSubnet",
    "a block of another VPC",
    "InvalidSubnet.Range",
    subnet("10.99.0.0/24", "ap-northeast-1a"),
  ],
  ["CreateSubnet", "a block in use", "InvalidSubnet.Conflict", subnet("10.10.0.0/25", "ap-northeast-1a")],
  [
    "DeleteSubnet",
    "a NAT gateway in it",
    "DependencyViolation",
    ({ ec2 }, { natSubnet }) => ec2.send(new DeleteSubnetCommand({ SubnetId: natSubnet })),
  ],
  [
    "AssociateRouteTable",
    "a subnet that has one",
    "Resource.AlreadyAssociated",
    ({ ec2 }, { freeRouteTable, natSubnet }) =>
      ec2.send(new AssociateRouteTableCommand({ RouteTableId: freeRouteTable, SubnetId: natSubnet })),
  ],
  [
    "AssociateRouteTable",
    "a subnet of another VPC",
    "InvalidParameterValue",
    ({ ec2 }, { routeTableOfOtherVpc, subnet: SubnetId }) =>
      ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableOfOtherVpc, SubnetId })),
  ],
  [
    "DeleteRouteTable",
    "the main table",
    "DependencyViolation",
    ({ ec2 }, { mainRouteTable }) => ec2.send(new DeleteRouteTableCommand({ RouteTableId: mainRouteTable })),
  ],
  [
    "DeleteRouteTable",
    "a subnet that uses it",
    "DependencyViolation",
    ({ ec2 }, { associatedRouteTable }) =>
      ec2.send(new DeleteRouteTableCommand({ RouteTableId: associatedRouteTable })),
  ],
  [
    "CreateRoute",
    "an unknown NAT gateway",
    "InvalidNatGatewayID.NotFound",
    route(() => ({ NatGatewayId: "nat-0" })),
  ],
  [
    "CreateRoute",
    "a NAT gateway of another VPC",
    "InvalidParameterValue",
    route(({ nat }) => ({ NatGatewayId: nat }), "routeTableOfOtherVpc"),
  ],
  [
    "CreateRoute",
    "an internet gateway of another VPC",
    "InvalidParameterValue",
    route(({ internetGateway }) => ({ GatewayId: internetGateway }), "routeTableOfOtherVpc"),
  ],
  [
    "CreateRoute",
    "a destination that has one",
    "RouteAlreadyExists",
    route(({ nat }) => ({ NatGatewayId: nat }), "associatedRouteTable"),
  ],
  [
    "DescribeNatGateways",
    "an unknown id",
    "NatGatewayNotFound",
    ({ ec2 }) => ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: ["nat-0"] })),
  ],
  [
    "CreateTags",
    "a reserved key",
    "InvalidParameterValue",
    ({ ec2 }, { vpc }) =>
      ec2.send(new CreateTagsCommand({ Resources: [vpc], Tags: [{ Key: "aws:owner", Value: "me" }] })),
  ],
  ["CreateSecurityGroup", "a name like an id", "InvalidParameterValue", group("sg-runner")],
  ["CreateSecurityGroup", "a description with an umlaut", "InvalidParameterValue", group("runner", "Läufer")],
  ["CreateSecurityGroup", "an unknown VPC", "InvalidVpcID.NotFound", group("runner", "runner", "vpc-0")],
  ["CreateSecurityGroup", "a name in use", "InvalidGroup.Duplicate", group("standing")],
  [
    "DeleteSecurityGroup",
    "a rule of another group names it",
    "DependencyViolation",
    ({ ec2 }, { namedGroup }) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: namedGroup })),
  ],
  [
    "DeleteSecurityGroup",
    "network interfaces use it",
    "DependencyViolation",
    ({ ec2 }, { clusterGroup }) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: clusterGroup })),
  ],
  [
    "DeleteSecurityGroup",
    "the default group",
    "CannotDelete",
    ({ ec2 }, { defaultGroup }) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: defaultGroup })),
  ],
  [
    "AuthorizeSecurityGroupIngress",
    "a group of another VPC",
    "InvalidGroup.NotFound",
    ingress(({ groupOfOtherVpc }) => ({
      IpProtocol: "tcp",
      FromPort: 443,
      ToPort: 443,
      UserIdGroupPairs: [{ GroupId: groupOfOtherVpc }],
    })),
  ],
  [
    "AuthorizeSecurityGroupIngress",
    "a rule that stands, described otherwise",
    "InvalidPermission.Duplicate",
    ingress(({ namedGroup }) => ({
      IpProtocol: "tcp",
      FromPort: 443,
      ToPort: 443,
      UserIdGroupPairs: [{ GroupId: namedGroup, Description: "again" }],
    })),
  ],
  [
    "AuthorizeSecurityGroupIngress",
    "a port above 65535",
    "InvalidParameterValue",
    ingress(() => tcp(443, 70_000)),
  ],
  [
    "AuthorizeSecurityGroupIngress",
    "ports the wrong way round",
    "InvalidParameterValue",
    ingress(() => tcp(2, 1)),
  ],
  [
    "AuthorizeSecurityGroupIngress",
    "an unknown protocol",
    "InvalidParameterValue",
    ingress(() => ({ ...tcp(443, 443), IpProtocol: "https" })),
  ],
];

describe("the network of the local AWS refuses what AWS refuses", function () {
  this.timeout(240_000);
  let aws: LocalAws;
  let standing: Standing;

  before(async () => {
    aws = await localAws();
    standing = await build(aws.clients());
  });
  after(() => aws.stop());

  for (const [operation, what, code, call] of refused)
    it(`${operation}: ${what}`, async () => {
      expect((await refusal(call(aws.clients(), standing))).code).to.match(
        new RegExp(`^${code}(Exception)?$`),
      );
    });

  it("has a test above for each row of its tables", () => {
    expect(
      untestedRows([...subnetRefusals, ...securityGroupRefusals, ...tagRefusals], refused),
    ).to.deep.equal([]);
  });

  it("lets go of what is no longer in use", async () => {
    const { ec2 } = aws.clients();
    const peer = { GroupId: standing.namedGroup };
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: standing.group,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [peer] }],
      }),
    );
    await ec2.send(new DeleteSecurityGroupCommand(peer));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: standing.freeRouteTable }));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: standing.subnet }));
    expect(aws.unknownRoutes()).to.deep.equal([]);
  });
});

async function build(clients: Clients): Promise<Standing> {
  const { ec2 } = clients;
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const vpc = NatGateways?.[0]?.VpcId ?? "";
  const natSubnet = NatGateways?.[0]?.SubnetId ?? "";
  const ofVpc = { Filters: [{ Name: "vpc-id", Values: [vpc] }] };
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand(ofVpc));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand(ofVpc));
  const { InternetGateways } = await ec2.send(
    new DescribeInternetGatewaysCommand({ Filters: [{ Name: "attachment.vpc-id", Values: [vpc] }] }),
  );
  const other = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.50.0.0/16" }));
  const otherVpc = other.Vpc?.VpcId ?? "";
  const makeSubnet = async (VpcId: string, CidrBlock: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).Subnet?.SubnetId ?? "";
  const makeGroup = async (VpcId: string, GroupName: string) =>
    (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: "test" }))).GroupId ?? "";
  const makeRouteTable = async (VpcId: string) =>
    (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable?.RouteTableId ?? "";

  const standing: Standing = {
    vpc,
    otherVpc,
    natSubnet,
    nat: NatGateways?.[0]?.NatGatewayId ?? "",
    internetGateway: InternetGateways?.[0]?.InternetGatewayId ?? "",
    subnet: await makeSubnet(vpc, "10.10.128.0/24"),
    otherSubnet: await makeSubnet(otherVpc, "10.50.0.0/24"),
    mainRouteTable: RouteTables.find(({ Associations }) => Associations?.[0]?.Main)?.RouteTableId ?? "",
    associatedRouteTable:
      RouteTables.find(({ Associations }) => Associations?.[0]?.SubnetId)?.RouteTableId ?? "",
    freeRouteTable: await makeRouteTable(vpc),
    routeTableOfOtherVpc: await makeRouteTable(otherVpc),
    group: await makeGroup(vpc, "standing"),
    namedGroup: await makeGroup(vpc, "named"),
    groupOfOtherVpc: await makeGroup(otherVpc, "standing"),
    defaultGroup: SecurityGroups.find(({ GroupName }) => GroupName === "default")?.GroupId ?? "",
    clusterGroup:
      SecurityGroups.find(({ GroupName }) => GroupName?.startsWith("eks-cluster-sg-"))?.GroupId ?? "",
  };
  await ingress(({ namedGroup }) => ({
    IpProtocol: "tcp",
    FromPort: 443,
    ToPort: 443,
    UserIdGroupPairs: [{ GroupId: namedGroup }],
  }))(clients, standing);
  return standing;
}
