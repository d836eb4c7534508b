import { z } from "zod";
import { parseIpv4Range } from "../components/ipv4Ranges";

/**
 * Retention periods that CloudWatch Logs knows, in days:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** An IPv4 range that EC2 takes for a subnet: /16 to /28, with no bit set behind the mask. */
export const cidrBlock = ipv4Range(16, 28);

/** An IPv4 range that EC2 takes for a VPC, with room for the subnets in it. */
export const vpcCidrBlock = ipv4Range(16, 24);

/** An IPv4 range of a network in which something may be reached: a single address at the least, never everything. */
export const destinationCidrBlock = ipv4Range(8, 32);

/** With no bit set behind the mask: EC2 would take it out, and each preview would then show a change. */
function ipv4Range(shortest: number, longest: number) {
  return z.string().refine(
    (text) => {
      const range = parseIpv4Range(text);
      const fits = range !== undefined && range.prefixLength >= shortest && range.prefixLength <= longest;
      return fits && range.text === text;
    },
    `is not an IPv4 range from /${String(shortest)} to /${String(longest)} that begins at its own network address`,
  );
}

/** Whether no two of versions such as `v1.36.1` have the same minor. */
export function haveOneEachMinor(versions: string[]): boolean {
  const minors = versions.map((version) => version.split(".")[1]);
  return new Set(minors).size === minors.length;
}

/** Whether no two of a list say the same. */
export function haveNoDouble(values: object[]): boolean {
  const texts = values.map((value) => JSON.stringify(value));
  return new Set(texts).size === texts.length;
}

/** Name of a branch, as git takes it. */
export const branchName = z
  .string()
  .regex(/^(?!.*(?:\.\.|\/\/|@\{|\.lock$))[A-Za-z0-9_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_-])?$/);

/** A pattern of tags as GitHub takes it for rulesets and environments, but none that lets every tag in. */
export const tagPattern = z
  .string()
  .regex(/^(?!\*+(?:\/\*+)*$)[A-Za-z0-9_*](?:[A-Za-z0-9_.*/-]{0,98}[A-Za-z0-9_*-])?$/);

/** Users and teams on GitHub, by their numbers. An environment has six reviewers at most. */
export const releaseReviewers = z
  .array(z.string().regex(/^(?:user|team):[1-9]\d{0,14}$/))
  .min(1)
  .max(6)
  .refine((reviewers) => new Set(reviewers).size === reviewers.length, "names a reviewer twice")
  .transform((reviewers) => ({ users: idsOf("user", reviewers), teams: idsOf("team", reviewers) }));

function idsOf(kind: string, reviewers: string[]): number[] {
  const prefix = `${kind}:`;
  return reviewers.filter((one) => one.startsWith(prefix)).map((one) => Number(one.slice(prefix.length)));
}
