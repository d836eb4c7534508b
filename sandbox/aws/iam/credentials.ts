import { AwsError } from "../error";
import type { AwsRequest } from "../request";
import { isSignedWith, readSignature } from "../signature";
import type { Role } from "./evaluate";
import type { RoleSession, RoleSessions } from "./sessions";

/** Access keys of temporary credentials begin so. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const temporary = "ASIA";

/** How far a clock may be wrong. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const skewMilliseconds = 15 * 60 * 1000;

/** What the proof of temporary credentials is checked against. */
export interface CredentialWorld {
  sessions: RoleSessions;
  /** With IAM's lag. */
  visibleRole: (arn: string) => Role | undefined;
}

/**
 * The session whose credentials signed a request; undefined for the account's owner, who is taken at their word: there
 * is one, and they have no secret here.
 *
 * @throws AwsError if the credentials are unknown or expired, or if the signature is not theirs
 */
export function sessionOf(
  request: AwsRequest,
  { sessions, visibleRole }: CredentialWorld,
): RoleSession | undefined {
  if (!request.accessKeyId.startsWith(temporary)) return undefined;
  const refuse = refusals[family(request)];
  const signature = readSignature(request);
  const session = sessions.find(request.accessKeyId);
  if (!session || signature?.sessionToken !== session.sessionToken) throw refuse.unknown();
  if (!isSignedWith(session.secretAccessKey, request, signature)) throw refuse.badSignature();
  if (Math.abs(Date.now() - signature.time.getTime()) > skewMilliseconds) throw refuse.badSignature();
  if (session.expiration.getTime() <= Date.now()) throw refuse.expired();
  if (visibleRole(session.roleArn)?.id !== session.roleId) throw refuse.unknown();
  return session;
}

/** Services word the same refusals in three ways. */
function family({ service, protocol }: AwsRequest): keyof typeof refusals {
  if (service === "ec2") return "ec2";
  return protocol === "query" ? "query" : "json";
}

const invalidToken = "The security token included in the request is invalid.";
const expiredToken = "The security token included in the request is expired";
const badSignature =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method.";

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and
 * https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html
 */
const refusals = {
  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html
  ec2: {
    unknown: () => unvalidated(),
    badSignature: () => unvalidated(),
    expired: () => new AwsError("RequestExpired", "Request has expired."),
  },
  query: {
    unknown: () => new AwsError("InvalidClientTokenId", invalidToken, 403),
    badSignature: () => new AwsError("SignatureDoesNotMatch", badSignature, 403),
    expired: () => new AwsError("ExpiredToken", expiredToken, 403),
  },
  json: {
    unknown: () => new AwsError("UnrecognizedClientException", invalidToken, 403),
    badSignature: () => new AwsError("InvalidSignatureException", badSignature, 403),
    expired: () => new AwsError("ExpiredTokenException", expiredToken, 403),
  },
};

function unvalidated(): AwsError {
  return new AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401);
}
