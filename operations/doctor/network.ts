import { DescribeInternetGatewaysCommand, type NatGateway, type Route } from "@aws-sdk/client-ec2";
import { judged, ok, type Check, type Fault, type Finding } from "./check";
import type { Facts } from "./facts";
import { dependsOn } from "./lookup";

export const networkChecks: Check[] = [
  { name: "subnets", looksAt: () => "the subnets of the runner", examine: subnets },
  { name: "route", looksAt: () => "the way out of the runner's subnets", examine: routes },
  { name: "nat-gateway", looksAt: () => "the NAT gateways that those lead to", examine: natGateways },
  { name: "nat-way-out", looksAt: () => "the way out of the NAT gateways' own subnets", examine: natWaysOut },
  { name: "egress", looksAt: () => "what the runner's security groups let out", examine: egress },
];

async function subnets(facts: Facts): Promise<Finding> {
  const [{ subnetIds, vpcId }, found] = [await facts.network(), await facts.subnets()];
  const faults = subnetIds.flatMap((id): Fault[] => {
    const subnet = found.find(({ SubnetId }) => SubnetId === id);
    if (!subnet) return [{ what: `${id} is not there`, mend: facts.up }];
    if (subnet.VpcId !== vpcId)
      return [{ what: `${id} is in ${subnet.VpcId ?? ""}, expected ${vpcId}`, mend: facts.up }];
    if (subnet.AvailableIpAddressCount !== 0) return [];
    const ends = "a build takes one address and gives it back when it ends";
    return [
      {
        what: `${id} has no free address: ${ends}`,
        mend: describe(facts, "network-interfaces", "subnet-id", id),
      },
    ];
  });
  const free = found.map(({ AvailableIpAddressCount }) => AvailableIpAddressCount ?? 0);
  return judged(faults, `${String(subnetIds.length)} with ${free.join(" and ")} free addresses`);
}

/** The route table of a subnet, and where it sends what is for the internet. */
async function wayOut(facts: Facts, subnetId: string): Promise<{ table: string; route?: Route }> {
  const tables = await facts.routeTables();
  const own = tables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === subnetId));
  const table = own ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  return {
    table: table?.RouteTableId ?? "no route table",
    route: table?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0"),
  };
}

async function routes(facts: Facts): Promise<Finding> {
  const { subnetIds } = await facts.network();
  const ways = await Promise.all(subnetIds.map(async (id) => ({ id, ...(await wayOut(facts, id)) })));
  const faults = ways.flatMap(({ id, table, route }): Fault[] => {
    if (!route) return [{ what: `${table} of ${id} has no route for 0.0.0.0/0`, mend: facts.up }];
    if (!route.GatewayId?.startsWith("igw-")) return [];
    const why = "a build's network interface has no public address";
    return [
      {
        what: `${table} of ${id} leads to ${route.GatewayId}, expected a NAT gateway: ${why}`,
        mend: facts.up,
      },
    ];
  });
  const targets = new Set(ways.map(({ route }) => (route === undefined ? "" : targetOf(route))));
  return judged(faults, `to ${[...targets].join(", ")}`);
}

/** Other ways out, such as a transit gateway to a firewall, are the company's own and are not followed. */
function targetOf({ NatGatewayId, TransitGatewayId, NetworkInterfaceId, GatewayId }: Route): string {
  return (
    NatGatewayId ??
    `${TransitGatewayId ?? NetworkInterfaceId ?? GatewayId ?? "something"}, which is not followed`
  );
}

/** The NAT gateways that the runner's subnets lead to. */
export async function findNatIds(facts: Facts): Promise<string[]> {
  const { subnetIds } = await facts.network();
  const ways = await Promise.all(subnetIds.map((id) => wayOut(facts, id)));
  return [...new Set(ways.flatMap(({ route }) => route?.NatGatewayId ?? []))];
}

/** @throws CannotLook if there are none */
async function natIds(facts: Facts): Promise<string[]> {
  const ids = await findNatIds(facts);
  if (ids.length === 0) throw dependsOn("a route to a NAT gateway");
  return ids;
}

async function natGateways(facts: Facts): Promise<Finding> {
  const gateways = await facts.natGateways();
  const ids = await natIds(facts);
  const faults = ids.flatMap((id): Fault[] => {
    const nat = gateways.find(({ NatGatewayId }) => NatGatewayId === id);
    const state = nat?.State ?? "not there";
    const anew = `# make a NAT gateway in ${facts.runner.region}, then:\n${facts.up}`;
    if (state !== "available") return [{ what: `${id} is ${state}, expected available`, mend: anew }];
    return nat?.ConnectivityType === "private"
      ? [{ what: `${id} is private, expected public`, mend: anew }]
      : [];
  });
  return judged(faults, `${ids.join(", ")} available`);
}

async function natWaysOut(facts: Facts): Promise<Finding> {
  const ids = await natIds(facts);
  const gateways = (await facts.natGateways()).filter(
    ({ NatGatewayId, State }) => ids.includes(NatGatewayId ?? "") && State === "available",
  );
  if (gateways.length === 0) throw dependsOn("a NAT gateway that is available");
  const faults = await Promise.all(gateways.map((nat) => natFaults(facts, nat)));
  return judged(faults.flat(), "an internet gateway");
}

async function natFaults(facts: Facts, { NatGatewayId = "", SubnetId }: NatGateway): Promise<Fault[]> {
  // A regional one is in no subnet, and brings its own way out.
  if (!SubnetId) return [];
  const { table, route } = await wayOut(facts, SubnetId);
  const { region } = facts.runner;
  const gatewayId = route?.GatewayId;
  if (!gatewayId?.startsWith("igw-")) {
    const create = `aws ec2 create-route --region ${region} --route-table-id ${table}`;
    return [
      {
        what: `${table} of ${SubnetId}, where ${NatGatewayId} is, has no route for 0.0.0.0/0 to an internet gateway`,
        mend: `${create} --destination-cidr-block 0.0.0.0/0 --gateway-id <internet gateway of the VPC>`,
      },
    ];
  }
  const { vpcId } = await facts.network();
  const Filters = [{ Name: "internet-gateway-id", Values: [gatewayId] }];
  const { InternetGateways = [] } = await facts.aws.ec2.send(
    new DescribeInternetGatewaysCommand({ Filters }),
  );
  if (InternetGateways.some(({ Attachments = [] }) => Attachments.some(({ VpcId }) => VpcId === vpcId)))
    return [];
  const attach = `aws ec2 attach-internet-gateway --region ${region} --internet-gateway-id ${gatewayId} --vpc-id ${vpcId}`;
  return [
    { what: `${gatewayId}, to which ${NatGatewayId} leads, is not attached to ${vpcId}`, mend: attach },
  ];
}

async function egress(facts: Facts): Promise<Finding> {
  const { securityGroupIds } = await facts.network();
  const groups = await facts.securityGroups();
  const open = groups.filter(
    ({ GroupId = "", IpPermissionsEgress = [] }) =>
      securityGroupIds.includes(GroupId) &&
      IpPermissionsEgress.some(
        (rule) =>
          (rule.IpProtocol === "-1" ||
            (rule.IpProtocol === "tcp" && isWithin(443, rule.FromPort, rule.ToPort))) &&
          rule.IpRanges?.some(({ CidrIp }) => CidrIp === "0.0.0.0/0"),
      ),
  );
  if (open.length > 0) return ok("HTTPS to anywhere");
  const ids = securityGroupIds.join(", ");
  return judged([{ what: `${ids} lets no HTTPS out (tcp 443 to 0.0.0.0/0)`, mend: facts.up }], "");
}

const isWithin = (port: number, from = 0, to = 65_535) => from <= port && port <= to;

const describe = ({ runner }: Facts, what: string, filter: string, value: string) =>
  `aws ec2 describe-${what} --region ${runner.region} --filters Name=${filter},Values=${value}`;
