import type { NetworkAclEntry, Subnet } from "@aws-sdk/client-ec2";
import { calledServices, privateRanges } from "../../components/runnerNetworkAcl";
import {
  addressesOf,
  decisiveAddresses,
  decisivePorts,
  dotted,
  isAllowed,
  tcp,
  udp,
  type Span,
} from "./aclEntries";
import { judged, type Check, type Fault, type Finding } from "./check";
import type { Facts } from "./facts";
import { findNatIds } from "./network";

export const networkAclChecks: Check[] = [
  {
    name: "network-acl",
    looksAt: () => "the network ACLs on the way to the control plane and to the internet, both ways",
    examine: passages,
  },
  {
    name: "private-networks",
    looksAt: () => "what the network ACL of the runner's subnets lets out to private networks",
    examine: leaks,
  },
];

const https: Span = { from: 443, to: 443 };
/** Network ACLs know no connections: answers come back to one of these. */
const ephemeral: Span = { from: 1_024, to: 65_535 };
/** An address of GitHub's, for the internet. */
const internet = "140.82.112.3/32";

/** Packets of one direction that must pass the edge of a subnet. */
interface Passage {
  subnet: Subnet;
  isEgress: boolean;
  ports: Span;
  /** IPv4 range of the other side, and what it is. */
  peer: string;
  peerName: string;
}

/** A connection from one subnet to a peer on 443 and its answers, at the edge of that subnet. */
function opening(subnet: Subnet, peer: string, peerName: string): Passage[] {
  return [
    { subnet, isEgress: true, ports: https, peer, peerName },
    { subnet, isEgress: false, ports: ephemeral, peer, peerName },
  ];
}

/** The same at the edge of the subnet that is called. */
function answering(subnet: Subnet, peer: string): Passage[] {
  const peerName = "the runner";
  return [
    { subnet, isEgress: false, ports: https, peer, peerName },
    { subnet, isEgress: true, ports: ephemeral, peer, peerName },
  ];
}

async function passages(facts: Facts): Promise<Finding> {
  const runners = await facts.subnets();
  const controlPlane = await controlPlaneSubnets(facts);
  const nats = await natSubnets(facts);
  const block = ({ CidrBlock = "" }: Subnet) => CidrBlock;
  const own = runners.flatMap((subnet) => [
    ...controlPlane.flatMap((called) => opening(subnet, block(called), "the control plane")),
    ...opening(subnet, internet, "the internet"),
  ]);
  const others = [
    ...controlPlane.flatMap((subnet) => runners.flatMap((runner) => answering(subnet, block(runner)))),
    ...nats.flatMap((subnet) => [
      ...runners.flatMap((runner) => answering(subnet, block(runner))),
      ...opening(subnet, internet, "the internet"),
    ]),
  ];
  const endpoints = (await endpointRanges(facts)).flatMap(({ service, cidrBlock }) =>
    runners.flatMap((subnet) => opening(subnet, cidrBlock, `the interface endpoint for ${service}`)),
  );
  const nameIt = `# name it in eks-dryrun-runner:privateDestinations, then:\n${facts.up}`;
  const faults = [
    ...(await faultsOf(facts, own, () => facts.up)),
    ...(await faultsOf(facts, endpoints, () => nameIt)),
    ...(await faultsOf(facts, others, (acl) => describeAcl(facts, acl))),
  ];
  return judged(faults, "443 to the control plane and the internet, and answers");
}

async function faultsOf(facts: Facts, wanted: Passage[], mend: (acl: string) => string): Promise<Fault[]> {
  const faults = await Promise.all(
    wanted.map(async (passage): Promise<Fault[]> => {
      const { id, entries } = await aclOf(facts, passage.subnet);
      return passes(entries, passage) ? [] : [{ what: sentence(id, passage), mend: mend(id) }];
    }),
  );
  return faults.flat();
}

function passes(entries: NetworkAclEntry[], { isEgress, ports, peer }: Passage): boolean {
  return decisiveAddresses(entries, addressesOf(peer)).every((address) =>
    decisivePorts(entries, ports).every((port) =>
      isAllowed(entries, { isEgress, protocol: tcp, address, port }),
    ),
  );
}

function sentence(acl: string, { subnet, isEgress, ports, peer, peerName }: Passage): string {
  const what =
    ports === https ? "tcp 443" : `answers (tcp ${String(ephemeral.from)}-${String(ephemeral.to)})`;
  const from = peerName === "the internet" ? peerName : `${peerName} (${peer})`;
  return `${acl} of ${subnet.SubnetId ?? ""} does not let all ${what} ${isEgress ? "out to" : "in from"} ${from}`;
}

/** What gets out to private networks beside the control plane and what the settings name. */
async function leaks(facts: Facts): Promise<Finding> {
  const controlPlane = await controlPlaneSubnets(facts);
  const meant = [
    ...controlPlane.map(({ CidrBlock = "" }) => ({ addresses: addressesOf(CidrBlock), port: 443 })),
    ...facts.subject.settings.privateDestinations.map(({ cidrBlock, port }) => ({
      addresses: addressesOf(cidrBlock),
      port,
    })),
  ];
  const closed = [...privateRanges, ...(await facts.vpcCidrBlocks())];
  const faults = await Promise.all(
    (await facts.subnets()).map(async (subnet): Promise<Fault[]> => {
      const { id, entries } = await aclOf(facts, subnet);
      const leak = firstLeak(entries, closed.map(addressesOf), meant);
      if (leak === undefined) return [];
      const others = "neither the control plane nor named by eks-dryrun-runner:privateDestinations";
      return [
        { what: `${id} of ${subnet.SubnetId ?? ""} lets out ${leak}, which is ${others}`, mend: facts.up },
      ];
    }),
  );
  return judged(faults.flat(), "the control plane's subnets, and what the settings name");
}

interface Destination {
  addresses: Span;
  port: number;
}

function firstLeak(entries: NetworkAclEntry[], closed: Span[], meant: Destination[]): string | undefined {
  const named = meant.map(({ addresses }) => addresses);
  const ports = decisivePorts(
    entries,
    { from: 1, to: 65_535 },
    meant.map(({ port }) => ({ from: port, to: port })),
  );
  const isMeant = (protocol: string, address: number, port: number) =>
    protocol === tcp &&
    meant.some((one) => one.port === port && one.addresses.from <= address && address <= one.addresses.to);
  for (const address of closed.flatMap((span) => decisiveAddresses(entries, span, named)))
    for (const protocol of [tcp, udp])
      for (const port of ports)
        if (
          isAllowed(entries, { isEgress: true, protocol, address, port }) &&
          !isMeant(protocol, address, port)
        )
          return `${protocol === tcp ? "tcp" : "udp"} ${String(port)} to ${dotted(address)}`;
  return undefined;
}

async function aclOf(
  facts: Facts,
  { SubnetId }: Subnet,
): Promise<{ id: string; entries: NetworkAclEntry[] }> {
  const acl = (await facts.networkAcls()).find(({ Associations = [] }) =>
    Associations.some((one) => one.SubnetId === SubnetId),
  );
  return { id: acl?.NetworkAclId ?? "no network ACL", entries: acl?.Entries ?? [] };
}

async function controlPlaneSubnets(facts: Facts): Promise<Subnet[]> {
  const { subnetIds = [] } = (await facts.cluster()).resourcesVpcConfig ?? {};
  return facts.subnetsOf(subnetIds);
}

/** Where the NAT gateways are. Another way out is not followed. */
async function natSubnets(facts: Facts): Promise<Subnet[]> {
  const ids = await findNatIds(facts);
  const gateways = (await facts.natGateways()).filter(
    ({ NatGatewayId = "", State }) => ids.includes(NatGatewayId) && State === "available",
  );
  return facts.subnetsOf(gateways.flatMap(({ SubnetId }) => SubnetId ?? []));
}

/** Where the VPC's interface endpoints with private DNS names lead those who call a service. */
async function endpointRanges(facts: Facts): Promise<{ service: string; cidrBlock: string }[]> {
  const called = (await facts.vpcEndpoints()).flatMap((endpoint) => {
    const service = endpoint.ServiceName?.split(".").at(-1) ?? "";
    return endpoint.PrivateDnsEnabled && calledServices.includes(service) ? [{ service, endpoint }] : [];
  });
  const ranges = called.map(async ({ service, endpoint }) => {
    const interfaces = await facts.networkInterfaces(endpoint.NetworkInterfaceIds ?? []);
    return interfaces.map(({ PrivateIpAddress = "" }) => ({ service, cidrBlock: `${PrivateIpAddress}/32` }));
  });
  return (await Promise.all(ranges)).flat();
}

const describeAcl = ({ runner }: Facts, id: string) =>
  `aws ec2 describe-network-acls --region ${runner.region} --network-acl-ids ${id}`;
