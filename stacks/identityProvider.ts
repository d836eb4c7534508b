import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer, stsAudience } from "../components/identityTrust";
import type { GitHubIdentityProvider } from "../components/releaseIdentity";
import { WorldProblems } from "./worldProblems";

/**
 * GitHub's identity provider in the account, and whose it is. Its tags say so: one that this stack made in an earlier update
 * is to stay the stack's.
 * @throws {pulumi.RunError} where it is there and takes no tokens for AWS, or cannot be looked up
 */
export async function gitHubIdentityProvider(
  stack: string,
  accountId: string,
): Promise<GitHubIdentityProvider> {
  const arn = `arn:aws:iam::${accountId}:oidc-provider/${githubIssuer}`;
  const problems = new WorldProblems();
  const found = await problems.orElse(
    `the account's identity provider ${githubIssuer}`,
    aws.iam.getOpenIdConnectProvider({ arn }).catch((error: unknown) => {
      if (isMissing(error)) return "missing" as const;
      throw error;
    }),
  );
  if (found === "missing") return { ownedBy: "stack" };
  if (found && !found.clientIdLists.includes(stsAudience)) {
    problems.add(
      `The account's identity provider ${githubIssuer} takes no tokens for ${stsAudience}\n` +
        `    aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${stsAudience}`,
    );
  }
  if (!found || problems.any) throw problems.error(stack);
  const isOurs = found.tags["pulumi:project"] === pulumi.getProject() && found.tags["pulumi:stack"] === stack;
  return { ownedBy: isOurs ? "stack" : "others", arn };
}

/** Source: hashicorp/terraform-provider-aws:internal/service/iam/openid_connect_provider_data_source.go. */
function isMissing(error: unknown): boolean {
  return /couldn't find resource|NoSuchEntity|not found/i.test(String(error));
}
