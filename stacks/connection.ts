import * as aws from "@pulumi/aws";
import type { GithubCredential } from "../components/runnerPolicy";
import { lookupProblem } from "./lookup";

/**
 * What is wrong with the connection to GitHub. One that was made by an API is `PENDING` until a person has approved it
 * in the console, and nothing says so later: CodeBuild would refuse the project or make no webhook.
 *
 * The provider has this lookup only under the service's old name, which takes both kinds of ARN.
 */
export async function connectionProblems(credential: GithubCredential): Promise<string[]> {
  if (credential.type !== "connection") return [];
  const { arn } = credential;
  // One connection serves all regions, but it is looked up where it was made.
  const region = arn.split(":")[3] ?? "";
  try {
    const { connectionStatus, providerType } = await aws.codestarconnections.getConnection({ arn, region });
    const problems: string[] = [];
    if (connectionStatus !== "AVAILABLE") {
      problems.push(
        `Connection ${arn} is ${connectionStatus}, expected AVAILABLE: a person approves it once, in the AWS console\n` +
          `    https://${region}.console.aws.amazon.com/codesuite/settings/connections?region=${region}`,
      );
    }
    if (providerType !== "GitHub") {
      problems.push(`Connection ${arn} leads to ${providerType}, expected GitHub`);
    }
    return problems;
  } catch (error) {
    return [
      lookupProblem(
        `Connection ${arn}`,
        error,
        "eks-dryrun-runner:connectionArn must name it: " +
          `aws codeconnections list-connections --region ${region} --provider-type GitHub`,
      ),
    ];
  }
}
