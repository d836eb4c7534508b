import type { IAMClient } from "@aws-sdk/client-iam";
import { InvalidToken, verifyToken, type Issuers, type VerifiedToken } from "../../openIdConnect/verify";
import { AwsError, queryResponse } from "../error";
import type { AwsRequest } from "../request";
import type { Role } from "./evaluate";
import type { RoleSessions } from "./sessions";
import { judgeWebIdentity } from "./webIdentity";

/** Parameters of the operation that the sandbox knows. */
const known = ["Action", "Version", "RoleArn", "RoleSessionName", "WebIdentityToken", "DurationSeconds"];

/**
 * Takes roles with tokens of identity providers.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export class WebIdentities {
  constructor(
    private readonly iam: IAMClient,
    /** With IAM's lag. */
    private readonly visibleRole: (arn: string) => Role | undefined,
    private readonly sessions: RoleSessions,
    private readonly issuers: Issuers,
  ) {}

  async assumeRole({ body, operation }: AwsRequest): Promise<Response> {
    const parameters = new URLSearchParams(body);
    const unknown = [...parameters.keys()].filter((name) => !known.includes(name));
    if (unknown.length > 0)
      throw new AwsError("NotImplemented", `The sandbox's STS does not have: ${unknown.join(", ")}`, 501);
    const roleArn = parameters.get("RoleArn") ?? "";
    const sessionName = parameters.get("RoleSessionName") ?? "";
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
      throw new AwsError("ValidationError", "1 validation error detected: RoleSessionName");
    const { issuer, claims } = await this.verified(parameters.get("WebIdentityToken") ?? "");
    const texts = Object.entries(claims).map(([name, value]) => [name, String(value)]);
    await judgeWebIdentity(this.iam, roleArn, {
      issuer,
      claims: Object.fromEntries(texts) as Record<string, string>,
    });
    const role = this.visibleRole(roleArn);
    if (!role)
      throw new AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
    const session = await this.sessions.begin(role, sessionName, seconds(parameters.get("DurationSeconds")));
    return queryResponse(operation, {
      SubjectFromWebIdentityToken: String(claims.sub),
      Audience: String(claims.aud),
      Provider: `arn:aws:iam::${roleArn.split(":")[4] ?? ""}:oidc-provider/${issuer}`,
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: session.arn },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration.toISOString(),
      },
    });
  }

  private async verified(token: string): Promise<VerifiedToken> {
    try {
      return await verifyToken(token, this.issuers);
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      const code = error.message === "Token expired" ? "ExpiredTokenException" : "InvalidIdentityToken";
      throw new AwsError(code, error.message);
    }
  }
}

/** A role that says nothing else lets sessions be an hour long. */
function seconds(given: string | null): number {
  const value = Number(given ?? 3600);
  if (!(value >= 900 && value <= 3600))
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  return value;
}
