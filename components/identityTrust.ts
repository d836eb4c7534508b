/** GitHub's issuer of tokens, without its scheme, as AWS names identity providers and condition keys. */
export const githubIssuer = "token.actions.githubusercontent.com";

/** The audience of GitHub's tokens for AWS. */
export const stsAudience = "sts.amazonaws.com";

/** A repository on GitHub, by its name and by the numbers that nobody else ever gets. */
export interface Repository {
  /** `owner/name`. */
  fullName: string;
  id: string;
  ownerId: string;
}

/**
 * What the token of a job of exactly one repository says of it. Repositories made or renamed since 15 July 2026 carry their
 * numbers in the subject, older ones do not unless switched over; the number itself is demanded of both:
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 * https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
 *
 * @param context how the subject ends: https://docs.github.com/actions/reference/openid-connect-reference#example-subject-claims
 */
export function jobClaims(
  { fullName, id, ownerId }: Repository,
  context: string,
): Record<string, string | string[]> {
  const [owner = "", name = ""] = fullName.split("/");
  return {
    [`${githubIssuer}:aud`]: stsAudience,
    [`${githubIssuer}:repository_id`]: id,
    [`${githubIssuer}:sub`]: [
      `repo:${owner}@${ownerId}/${name}@${id}:${context}`,
      `repo:${fullName}:${context}`,
    ],
  };
}

/** Lets whoever has a token with exactly these claims take a role. */
export function webIdentityTrust(providerArn: string, claims: Record<string, string | string[]>): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: claims },
      },
    ],
  };
}
