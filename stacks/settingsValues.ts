import ipaddr from "ipaddr.js";
import { z } from "zod";

/**
 * Retention periods that CloudWatch Logs knows, in days:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** An IPv4 range that EC2 takes for a subnet: /16 to /28, with no bit set behind the mask. */
export const cidrBlock = z.string().refine((text) => {
  const range = parseCidrBlock(text);
  return range !== undefined && range.prefixLength >= 16 && range.prefixLength <= 28 && range.text === text;
}, "is not an IPv4 range from /16 to /28 that begins at its own network address");

/** Whether two IPv4 ranges share an address. */
export function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Whether an IPv4 range lies within another. */
export function contains(outer: string, inner: string): boolean {
  const [outside, inside] = [parseCidrBlock(outer), parseCidrBlock(inner)];
  if (!outside || !inside) return false;
  return (
    inside.prefixLength >= outside.prefixLength && inside.network.match(outside.network, outside.prefixLength)
  );
}

/** Whether no two of versions such as `v1.36.1` have the same minor. */
export function haveOneEachMinor(versions: string[]): boolean {
  const minors = versions.map((version) => version.split(".")[1]);
  return new Set(minors).size === minors.length;
}

function parseCidrBlock(text: string) {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const prefixLength = ipaddr.IPv4.parseCIDR(text)[1];
  const network = ipaddr.IPv4.networkAddressFromCIDR(text);
  return { network, prefixLength, text: `${network.toString()}/${String(prefixLength)}` };
}
