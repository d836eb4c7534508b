import ipaddr from "ipaddr.js";

/** An IPv4 range such as `10.10.96.0/27`. */
export interface Ipv4Range {
  network: ipaddr.IPv4;
  prefixLength: number;
  /** As EC2 writes it: with no bit set behind the mask. */
  text: string;
}

/** A range, or nothing where the text is none. */
export function parseIpv4Range(text: string): Ipv4Range | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const prefixLength = ipaddr.IPv4.parseCIDR(text)[1];
  const network = ipaddr.IPv4.networkAddressFromCIDR(text);
  return { network, prefixLength, text: `${network.toString()}/${String(prefixLength)}` };
}

/** Whether two ranges share an address. */
export function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Whether a range lies within another. */
export function contains(outer: string, inner: string): boolean {
  const [outside, inside] = [parseIpv4Range(outer), parseIpv4Range(inner)];
  if (!outside || !inside) return false;
  return (
    inside.prefixLength >= outside.prefixLength && inside.network.match(outside.network, outside.prefixLength)
  );
}

/** The range of a length that is the one of a number among those of its length in a wider range, from 0. */
export function partOf(whole: string, prefixLength: number, index: number): string {
  const range = parseIpv4Range(whole);
  if (!range) throw new Error(`${whole} is not an IPv4 range`);
  const [a = 0, b = 0, c = 0, d = 0] = range.network.octets;
  const address = ((a * 256 + b) * 256 + c) * 256 + d + index * 2 ** (32 - prefixLength);
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256);
  const part = `${octets.join(".")}/${String(prefixLength)}`;
  if (!contains(whole, part))
    throw new Error(`${whole} has no /${String(prefixLength)} of number ${String(index)}`);
  return part;
}
