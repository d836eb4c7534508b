/** Pulumi Cloud's issuer of tokens, without its scheme, as AWS names identity providers and condition keys. */
export const pulumiIssuer = "api.pulumi.com/oidc";
/** GitHub's issuer of tokens. */
export const githubIssuer = "token.actions.githubusercontent.com";

/**
 * What a deployment of a stack does for which it may take the update role. `destroy` is not among them: a stack is taken
 * down by a person, with a person's credentials. `preview` neither: it is the code of a pull request.
 *
 * Subjects: https://www.pulumi.com/docs/deployments/guides/oidc/. Pulumi names the operations of drift detection where it
 * lists `PULUMI_CI_OPERATION`: https://www.pulumi.com/docs/deployments/concepts/settings/environment-variables/
 */
export const updateOperations = ["update", "refresh", "detect-drift"];

/** The program's project in Pulumi Cloud. */
export const program = "eks-dryrun-runner";

/** A stack in Pulumi Cloud. */
export interface PulumiStack {
  organization: string;
  stack: string;
}

/** Lets deployments of exactly one stack take a role, for exactly these operations. */
export function pulumiTrustPolicy(
  providerArn: string,
  { organization, stack }: PulumiStack,
  operations: string[],
): object {
  return webIdentityTrust(providerArn, {
    [`${pulumiIssuer}:aud`]: organization,
    [`${pulumiIssuer}:sub`]: operations.map(
      (operation) =>
        `pulumi:deploy:org:${organization}:project:${program}:stack:${stack}:operation:${operation}:scope:write`,
    ),
  });
}

/** A repository on GitHub, by its name and by the numbers that nobody else ever gets. */
export interface Repository {
  /** `owner/name`. */
  fullName: string;
  id: string;
  ownerId: string;
}

/**
 * Lets jobs of pull requests of exactly one repository take a role. Repositories made or renamed since 15 July 2026 carry
 * their numbers in the subject, older ones do not unless switched over; the number itself is demanded of both:
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 * https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
 */
export function pullRequestTrustPolicy(providerArn: string, repository: Repository): object {
  return jobTrustPolicy(providerArn, repository, "pull_request");
}

/** Lets jobs in exactly one protected environment of exactly one repository take a role. */
export function environmentTrustPolicy(
  providerArn: string,
  repository: Repository,
  environment: string,
): object {
  return jobTrustPolicy(providerArn, repository, `environment:${environment}`);
}

/** @param context how the subject ends: https://docs.github.com/actions/reference/openid-connect-reference#example-subject-claims */
function jobTrustPolicy(providerArn: string, { fullName, id, ownerId }: Repository, context: string): object {
  const [owner = "", name = ""] = fullName.split("/");
  return webIdentityTrust(providerArn, {
    [`${githubIssuer}:aud`]: "sts.amazonaws.com",
    [`${githubIssuer}:repository_id`]: id,
    [`${githubIssuer}:sub`]: [
      `repo:${owner}@${ownerId}/${name}@${id}:${context}`,
      `repo:${fullName}:${context}`,
    ],
  });
}

function webIdentityTrust(providerArn: string, claims: Record<string, string | string[]>): object {
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
