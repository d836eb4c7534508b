import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNatGatewayCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DetachInternetGatewayCommand,
  ReleaseAddressCommand,
  ReplaceNetworkAclAssociationCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { networkAclRefusals } from "../../../sandbox/aws/refusals/networkAcls";
import { securityGroupRefusals } from "../../../sandbox/aws/refusals/securityGroups";
import { subnetRefusals } from "../../../sandbox/aws/refusals/subnets";
import { tagRefusals } from "../../../sandbox/aws/refusals/tags";
import { vpcRefusals } from "../../../sandbox/aws/refusals/vpcs";
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
  acl: string;
  fullAcl: string;
  defaultAcl: string;
  aclOfOtherVpc: string;
  /** Of `subnet` with its network ACL. */
  aclAssociation: string;
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
const aclEntry = (
  acl: "acl" | "fullAcl",
  RuleNumber: number,
  ports: object = { From: 443, To: 443 },
): Call => {
  return ({ ec2 }, standing) =>
    ec2.send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId: standing[acl],
        Egress: true,
        RuleNumber,
        Protocol: "6",
        RuleAction: "allow",
        CidrBlock: "10.0.0.0/8",
        PortRange: ports,
      }),
    );
};
const moveSubnet = (AssociationId: string | undefined, acl: "acl" | "aclOfOtherVpc"): Call => {
  return ({ ec2 }, standing) =>
    ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: AssociationId ?? standing.aclAssociation,
        NetworkAclId: standing[acl],
      }),
    );
};

const refused: RefusedCall<Standing>[] = [
  [
    "DetachInternetGateway",
    "a VPC with public addresses",
    "DependencyViolation",
    ({ ec2 }, { vpc, internetGateway }) =>
      ec2.send(new DetachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId: internetGateway })),
  ],
  [
    "DeleteVpc",
    "an internet gateway and network interfaces in it",
    "DependencyViolation",
    ({ ec2 }, { vpc }) => ec2.send(new DeleteVpcCommand({ VpcId: vpc })),
  ],
  [
    "CreateNatGateway",
    "no address",
    "MissingParameter",
    ({ ec2 }, { natSubnet }) => ec2.send(new CreateNatGatewayCommand({ SubnetId: natSubnet })),
  ],
  [
    "ReleaseAddress",
    "an address that a NAT gateway has",
    "InvalidIPAddress.InUse",
    async ({ ec2 }, { nat }) => {
      const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [nat] }));
      const { AllocationId } = NatGateways?.[0]?.NatGatewayAddresses?.[0] ?? {};
      return ec2.send(new ReleaseAddressCommand({ AllocationId }));
    },
  ],
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
    "DescribeNetworkAcls",
    "an unknown id",
    "InvalidNetworkAclID.NotFound",
    ({ ec2 }) => ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: ["acl-0"] })),
  ],
  [
    "DeleteNetworkAcl",
    "the VPC's default one",
    "InvalidParameterValue",
    ({ ec2 }, { defaultAcl }) => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: defaultAcl })),
  ],
  ["CreateNetworkAclEntry", "a number of EC2's own", "InvalidParameterValue", aclEntry("acl", 32767)],
  ["CreateNetworkAclEntry", "a number in use", "NetworkAclEntryAlreadyExists", aclEntry("acl", 8)],
  [
    "CreateNetworkAclEntry",
    "ports the wrong way round",
    "InvalidParameterValue",
    aclEntry("acl", 9, { From: 2, To: 1 }),
  ],
  [
    "CreateNetworkAclEntry",
    "the 21st of a direction",
    "NetworkAclEntryLimitExceeded",
    aclEntry("fullAcl", 99),
  ],
  [
    "DeleteNetworkAclEntry",
    "one that is not there",
    "InvalidNetworkAclEntry.NotFound",
    ({ ec2 }, { acl }) =>
      ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: acl, Egress: true, RuleNumber: 9 })),
  ],
  [
    "ReplaceNetworkAclAssociation",
    "an unknown association",
    "InvalidAssociationID.NotFound",
    moveSubnet("aclassoc-0", "acl"),
  ],
  [
    "ReplaceNetworkAclAssociation",
    "an ACL of another VPC",
    "InvalidParameterValue",
    moveSubnet(undefined, "aclOfOtherVpc"),
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
      untestedRows(
        [...vpcRefusals, ...subnetRefusals, ...networkAclRefusals, ...securityGroupRefusals, ...tagRefusals],
        refused,
      ),
    ).to.deep.equal([]);
  });

  it("has network ACLs as EC2 has them: with a rule that denies the rest, without ports but for TCP and UDP", async () => {
    const { ec2 } = aws.clients();
    await ec2.send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId: standing.acl,
        Egress: true,
        RuleNumber: 100,
        Protocol: "-1",
        RuleAction: "deny",
        CidrBlock: "10.0.0.0/8",
        PortRange: { From: 0, To: 0 },
      }),
    );
    const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [standing.acl] }));
    const entries = NetworkAcls?.[0]?.Entries ?? [];
    expect(
      entries.map(({ Egress, RuleNumber, RuleAction, PortRange }) => [
        Egress,
        RuleNumber,
        RuleAction,
        PortRange,
      ]),
    ).to.have.deep.members([
      [true, 32767, "deny", undefined],
      [false, 32767, "deny", undefined],
      [true, 8, "allow", { From: 443, To: 443 }],
      [true, 100, "deny", undefined],
    ]);
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
    const move = { AssociationId: standing.aclAssociation, NetworkAclId: standing.acl };
    await ec2.send(new ReplaceNetworkAclAssociationCommand(move));
    expect((await refusal(ec2.send(new DeleteNetworkAclCommand(move)))).code).to.equal("DependencyViolation");
    await ec2.send(new DeleteSubnetCommand({ SubnetId: standing.subnet }));
    await ec2.send(new DeleteNetworkAclCommand(move));
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

  const makeAcl = async (VpcId: string) =>
    (await ec2.send(new CreateNetworkAclCommand({ VpcId }))).NetworkAcl?.NetworkAclId ?? "";
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand(ofVpc));
  const subnetId = await makeSubnet(vpc, "10.10.128.0/24");

  const standing: Standing = {
    vpc,
    otherVpc,
    natSubnet,
    nat: NatGateways?.[0]?.NatGatewayId ?? "",
    internetGateway: InternetGateways?.[0]?.InternetGatewayId ?? "",
    subnet: subnetId,
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
    acl: await makeAcl(vpc),
    fullAcl: await makeAcl(vpc),
    defaultAcl: NetworkAcls?.find(({ IsDefault }) => IsDefault)?.NetworkAclId ?? "",
    aclOfOtherVpc: await makeAcl(otherVpc),
    aclAssociation: await aclAssociationOf(clients, subnetId),
  };
  await aclEntry("acl", 8)(clients, standing);
  // EC2's own rule is the twentieth.
  for (let ruleNumber = 1; ruleNumber < 20; ruleNumber++)
    await aclEntry("fullAcl", ruleNumber)(clients, standing);
  await ingress(({ namedGroup }) => ({
    IpProtocol: "tcp",
    FromPort: 443,
    ToPort: 443,
    UserIdGroupPairs: [{ GroupId: namedGroup }],
  }))(clients, standing);
  return standing;
}

async function aclAssociationOf({ ec2 }: Clients, subnetId: string): Promise<string> {
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({}));
  const associations = NetworkAcls.flatMap(({ Associations = [] }) => Associations);
  return associations.find(({ SubnetId }) => SubnetId === subnetId)?.NetworkAclAssociationId ?? "";
}
