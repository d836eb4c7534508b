import { GetOpenIDConnectProviderCommand, GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { AwsError } from "../error";
import { meetsConditions } from "./conditions";
import { asList, statements, type PolicyDocument, type Statement } from "./document";

/** A token of an identity provider, whose signature is taken for granted. */
export interface WebIdentity {
  /** Issuer without its scheme, such as `api.pulumi.com/oidc`: how AWS names the provider and its condition keys. */
  issuer: string;
  /** Claims, such as `sub` and `aud`. */
  claims: Record<string, string>;
}

/**
 * Refuses what AWS STS refuses of `AssumeRoleWithWebIdentity`: a provider that the account does not have, an audience that
 * it does not list, a role whose trust policy does not let this token in. moto lets anybody in.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 *
 * @throws AwsError
 */
export async function judgeWebIdentity(
  iam: IAMClient,
  roleArn: string,
  { issuer, claims }: WebIdentity,
): Promise<void> {
  const providerArn = `arn:aws:iam::${roleArn.split(":")[4] ?? ""}:oidc-provider/${issuer}`;
  const provider = await found(
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providerArn })),
    `No OpenIDConnect provider found in your account for https://${issuer}`,
  );
  if (!provider.ClientIDList?.includes(claims.aud ?? ""))
    throw new AwsError("InvalidIdentityToken", "Incorrect token audience", 400);
  const { Role } = await found(
    iam.send(new GetRoleCommand({ RoleName: roleArn.split("/").at(-1) })),
    "Not authorized to perform sts:AssumeRoleWithWebIdentity",
  );
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")) as PolicyDocument;
  const context = Object.fromEntries(
    Object.entries(claims).map(([claim, value]) => [`${issuer}:${claim}`, value]),
  );
  const lets = (effect: Statement["Effect"]) =>
    statements(trust).some(
      ({ Effect, Action, Principal, Condition }) =>
        Effect === effect &&
        asList(Action).includes("sts:AssumeRoleWithWebIdentity") &&
        typeof Principal === "object" &&
        asList(Principal.Federated).includes(providerArn) &&
        meetsConditions(Condition, context),
    );
  if (!lets("Allow") || lets("Deny"))
    throw new AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
}

async function found<T>(answer: Promise<T>, otherwise: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (["NoSuchEntity", "NoSuchEntityException"].includes((error as Error).name))
      throw new AwsError("InvalidIdentityToken", otherwise, 400);
    throw error;
  }
}
