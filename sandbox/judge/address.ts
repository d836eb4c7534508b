import ipaddr from "ipaddr.js";

/** Whether an IPv4 range such as `10.0.0.0/16` contains an address. */
export function contains(cidrBlock: string, address: string): boolean {
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(cidrBlock));
}

/** Length of a range's prefix: the longer, the more specific. */
export function prefixLength(cidrBlock: string): number {
  return ipaddr.IPv4.parseCIDR(cidrBlock)[1];
}

/** The first address that a host of a subnet can have. */
export function anyHost(cidrBlock: string): string {
  const bytes = ipaddr.IPv4.networkAddressFromCIDR(cidrBlock).toByteArray();
  // The first four addresses of a subnet are AWS's: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
  bytes[3] = (bytes[3] ?? 0) + 4;
  return new ipaddr.IPv4(bytes).toString();
}

/** The last address that a host of the subnet can have. */
export function lastHost(cidrBlock: string): string {
  const bytes = ipaddr.IPv4.broadcastAddressFromCIDR(cidrBlock).toByteArray();
  bytes[3] = (bytes[3] ?? 0) - 1;
  return new ipaddr.IPv4(bytes).toString();
}
