import { anyHost, contains, lastHost, prefixLength } from "./address";
import {
  allowed,
  firstRefusal,
  refused,
  type Judgement,
  type Route,
  type SecurityGroupRule,
  type Snapshot,
  type Subnet,
} from "./snapshot";

/** Where traffic of TCP goes to or comes from. */
export interface Peer {
  /** IPv4 address. */
  address: string;
  /** Security groups of the other side, where it is in the VPC. @default none */
  securityGroupIds?: string[];
}

/** The route that a subnet's traffic to an address takes: the most specific one of its table, or of the main table. */
export function routeTo(snapshot: Snapshot, subnet: Subnet, address: string): Route | undefined {
  const ofVpc = snapshot.routeTables.filter(({ vpcId }) => vpcId === subnet.vpcId);
  const table =
    ofVpc.find(({ subnetIds }) => subnetIds.includes(subnet.id)) ?? ofVpc.find(({ isMain }) => isMain);
  const length = (route: Route) => prefixLength(route.destinationCidrBlock ?? "0.0.0.0/0");
  return table?.routes
    .filter(({ destinationCidrBlock: block }) => block !== undefined && contains(block, address))
    .sort((one, other) => length(other) - length(one))[0];
}

/** Whether one of the rules lets TCP on a port through. Prefix lists are not read, so they let nothing through. */
export function rulesAllow(rules: SecurityGroupRule[], port: number, peer: Peer): boolean {
  return rules.some(
    (rule) =>
      coversPort(rule, port) &&
      (rule.cidrBlocks.some((block) => contains(block, peer.address)) ||
        rule.groupIds.some((id) => peer.securityGroupIds?.includes(id))),
  );
}

function coversPort({ protocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  if (protocol === "-1") return true;
  const isTcp = protocol === "tcp" || protocol === "6";
  return isTcp && (fromPort === undefined || (fromPort <= port && port <= (toPort ?? fromPort)));
}

/** Ports that the answers come back to. https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html */
export const ephemeralPorts = { from: 1024, to: 65535 };

/** One connection of TCP through a subnet, from the subnet's point of view. */
export interface AclConnection {
  subnet: Subnet;
  /** Address of the other side. */
  address: string;
  /** Whether the subnet's side opened it. */
  outbound: boolean;
  /** Port that was called. */
  port: number;
}

/** Network ACLs keep no state: the connection's packets and the answers must both be let through. */
export function judgeAcl(snapshot: Snapshot, { subnet, address, outbound, port }: AclConnection): Judgement {
  const acl = snapshot.networkAcls.find(({ subnetIds }) => subnetIds.includes(subnet.id));
  if (!acl) return refused(`the subnet ${subnet.id} has no network ACL`);
  const decide = (egress: boolean, ports: { from: number; to: number }) =>
    portsThatDecide(acl.entries, ports).every(
      (one) =>
        acl.entries.find(
          (entry) =>
            entry.egress === egress &&
            (entry.protocol === "-1" || entry.protocol === "6") &&
            entry.cidrBlock !== undefined &&
            contains(entry.cidrBlock, address) &&
            (entry.fromPort === undefined || (entry.fromPort <= one && one <= (entry.toPort ?? one))),
        )?.action === "allow",
    );
  if (!decide(outbound, { from: port, to: port }))
    return refused(
      `the network ACL ${acl.id} of the subnet ${subnet.id} lets no TCP ${String(port)} ${outbound ? "out to" : "in from"} ${address}`,
    );
  if (!decide(!outbound, ephemeralPorts))
    return refused(
      `the network ACL ${acl.id} of the subnet ${subnet.id} lets the answers on TCP 1024-65535 not ${outbound ? "in from" : "out to"} ${address}`,
    );
  return allowed;
}

/**
 * Whether TCP gets from every address of a subnet to one of another of the VPC, as far as routes and network ACLs go. These
 * stand at the edges of both subnets: what stays inside one does not meet them.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function judgeBetweenSubnets(
  snapshot: Snapshot,
  { from, to, address, port }: { from: Subnet; to: Subnet; address: string; port: number },
): Judgement {
  if (from.id === to.id) return allowed;
  const route = routeTo(snapshot, from, address);
  if (route?.target !== "local")
    return refused(`the route table of ${from.id} leads to ${route?.target ?? "nothing"} for ${address}`);
  return firstRefusal([
    judgeAcl(snapshot, { subnet: from, address, outbound: true, port }),
    ...[anyHost(from.cidrBlock), lastHost(from.cidrBlock)].map((caller) =>
      judgeAcl(snapshot, { subnet: to, address: caller, outbound: false, port }),
    ),
  ]);
}

/** Between the ends of the entries' ranges nothing changes, so these ports stand for all. */
function portsThatDecide(
  entries: { fromPort?: number; toPort?: number }[],
  { from, to }: { from: number; to: number },
): number[] {
  const edges = entries.flatMap(({ fromPort, toPort }) =>
    fromPort === undefined || toPort === undefined ? [] : [fromPort, toPort + 1],
  );
  return [from, ...edges.filter((port) => from < port && port <= to)];
}
