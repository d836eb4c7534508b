import { targetRepository } from "../../sandbox/world";
import { readRequest, type AwsRequest } from "../../sandbox/aws/request";

/** A call of AWS or GitHub, as the engine's plugins make it. */
export interface Call {
  /** Service and operation, such as `ec2 CreateSubnet` or `github PUT contents (create)`. */
  operation: string;
  /** Only of a call of AWS. */
  aws?: AwsRequest;
}

/** EKS speaks REST, in which the route says the operation (botocore's model eks 2017-11-01). */
const eksOperations: [method: string, path: RegExp, operation: string][] = [
  ["GET", /^\/clusters\/[^/]+$/, "DescribeCluster"],
  ["POST", /^\/clusters\/[^/]+\/access-entries$/, "CreateAccessEntry"],
  ["GET", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "DescribeAccessEntry"],
  ["POST", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "UpdateAccessEntry"],
  ["DELETE", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "DeleteAccessEntry"],
  ["POST", /^\/tags\//, "TagResource"],
  ["DELETE", /^\/tags\//, "UntagResource"],
];

/** Reads a call of AWS, and leaves the request as it was. */
export async function awsCall(request: Request): Promise<Call | undefined> {
  const aws = await readRequest(request.clone());
  if (!aws) return undefined;
  if (aws.service === "eks") {
    const route = eksOperations.find(([method, path]) => method === aws.method && path.test(aws.path));
    aws.operation = route?.[2] ?? aws.operation;
  }
  return { operation: `${aws.service} ${aws.operation}`, aws };
}

/** Routes of GitHub that the provider calls; the others (a repository's hooks) are CodeBuild's business. */
const githubOperations: [method: string, path: RegExp, operation: string][] = [
  ["GET", /^\/orgs\/[^/]+$/, "GET organization"],
  ["GET", /^\/repos\/[^/]+\/[^/]+$/, "GET repository"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/branches\/[^/]+$/, "GET branch"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/contents\/.+$/, "GET contents"],
  ["PUT", /^\/repos\/[^/]+\/[^/]+\/contents\/.+$/, "PUT contents"],
  ["DELETE", /^\/repos\/[^/]+\/[^/]+\/contents\/.+$/, "DELETE contents"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/commits(?:\/[^/]+)?$/, "GET commit"],
  ["POST", /^\/repos\/[^/]+\/[^/]+\/rulesets$/, "POST ruleset"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/rulesets\/\d+$/, "GET ruleset"],
  ["PUT", /^\/repos\/[^/]+\/[^/]+\/rulesets\/\d+$/, "PUT ruleset"],
  ["DELETE", /^\/repos\/[^/]+\/[^/]+\/rulesets\/\d+$/, "DELETE ruleset"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/git\/trees\/[^/]+$/, "GET tree"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/git\/ref\/heads\/.+$/, "GET ref"],
  ["POST", /^\/repos\/[^/]+\/[^/]+\/git\/refs$/, "POST ref"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/pulls$/, "GET pull requests"],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/pulls\/\d+$/, "GET pull request"],
  ["POST", /^\/repos\/[^/]+\/[^/]+\/pulls$/, "POST pull request"],
  ["PATCH", /^\/repos\/[^/]+\/[^/]+\/pulls\/\d+$/, "PATCH pull request"],
];

/**
 * Reads a call of GitHub, and leaves the request as it was. A file that is made and one that is changed are two things,
 * and so are a commit on the default branch and one on a pull request's.
 */
export async function githubCall(request: Request): Promise<Call | undefined> {
  const path = new URL(request.url).pathname.replace(/^\/api\/v3/, "");
  const route = githubOperations.find(([method, pattern]) => method === request.method && pattern.test(path));
  if (!route) return undefined;
  const [, , operation] = route;
  if (operation !== "PUT contents") return { operation: `github ${operation}` };
  const { sha, branch } = (await request.clone().json()) as { sha?: string; branch?: string };
  const place = branch === targetRepository.defaultBranch ? "" : ", pull request";
  return { operation: `github ${operation} (${sha === undefined ? "create" : "update"}${place})` };
}
