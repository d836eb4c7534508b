import type { NetworkAclEntry } from "@aws-sdk/client-ec2";
import { parseIpv4Range } from "../../components/ipv4Ranges";

/** Addresses or ports, both ends included. */
export interface Span {
  from: number;
  to: number;
}

/** A packet, as far as a network ACL looks at it. */
export interface Packet {
  isEgress: boolean;
  /** Number of the protocol. */
  protocol: string;
  /** IPv4 address of the other side, as a number. */
  address: number;
  /** Port that it goes to. */
  port: number;
}

export const tcp = "6";
export const udp = "17";

/** The addresses of an IPv4 range. */
export function addressesOf(cidrBlock: string): Span {
  const range = parseIpv4Range(cidrBlock);
  if (!range) return { from: 0, to: -1 };
  const from = range.network.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
  return { from, to: from + 2 ** (32 - range.prefixLength) - 1 };
}

export function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => String(Math.floor(address / 2 ** bits) % 256)).join(".");
}

/** The entry of the lowest number that matches decides; IPv6 is none of the runner's. */
export function isAllowed(entries: NetworkAclEntry[], packet: Packet): boolean {
  const decisive = entries
    .filter((entry) => matches(entry, packet))
    .sort((one, other) => (one.RuleNumber ?? 0) - (other.RuleNumber ?? 0))[0];
  return decisive?.RuleAction === "allow";
}

function matches(entry: NetworkAclEntry, { isEgress, protocol, address, port }: Packet): boolean {
  return (
    entry.Egress === isEgress &&
    (entry.Protocol === "-1" || entry.Protocol === protocol) &&
    entry.CidrBlock !== undefined &&
    isWithin(address, addressesOf(entry.CidrBlock)) &&
    isWithin(port, portsOf(entry))
  );
}

const isWithin = (value: number, { from, to }: Span) => from <= value && value <= to;

function portsOf({ PortRange }: NetworkAclEntry): Span {
  return { from: PortRange?.From ?? 0, to: PortRange?.To ?? 65_535 };
}

/** Addresses that stand for all of a range: between the ends of the entries' ranges nothing changes. */
export function decisiveAddresses(entries: NetworkAclEntry[], within: Span, others: Span[] = []): number[] {
  const spans = entries.flatMap(({ CidrBlock }) => (CidrBlock === undefined ? [] : [addressesOf(CidrBlock)]));
  return decisive([...spans, ...others], within);
}

/** The same for ports. */
export function decisivePorts(entries: NetworkAclEntry[], within: Span, others: Span[] = []): number[] {
  return decisive([...entries.map(portsOf), ...others], within);
}

function decisive(spans: Span[], within: Span): number[] {
  const edges = spans.flatMap(({ from, to }) => [from, to + 1]);
  return [...new Set([within.from, ...edges.filter((edge) => isWithin(edge, within))])];
}
