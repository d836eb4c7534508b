import { jobClaims, webIdentityTrust, type Repository } from "../components/identityTrust";

/** Pulumi Cloud's issuer of tokens, without its scheme, as AWS names identity providers and condition keys. */
export const pulumiIssuer = "api.pulumi.com/oidc";

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

/** Lets jobs of pull requests of exactly one repository take a role. */
export function pullRequestTrustPolicy(providerArn: string, repository: Repository): object {
  return webIdentityTrust(providerArn, jobClaims(repository, "pull_request"));
}

/** Lets jobs in exactly one protected environment of exactly one repository take a role. */
export function environmentTrustPolicy(
  providerArn: string,
  repository: Repository,
  environment: string,
): object {
  return webIdentityTrust(providerArn, jobClaims(repository, `environment:${environment}`));
}
