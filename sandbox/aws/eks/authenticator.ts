import type { KubernetesUser } from "../../clusters/reviews";
import type { Role } from "../iam/evaluate";
import type { RoleSession } from "../iam/sessions";
import { isSignedWith, readSignature, type Signature, type SignedRequest } from "../signature";
import type { AccessEntry } from "./clusters";

/** What the authenticator of one cluster knows. */
export interface AuthenticatorWorld {
  clusterName: string;
  /** Origin of the local AWS, such as `http://127.0.0.1:4566`: it stands for the STS of every region. */
  endpoint: string;
  entries: AccessEntry[];
  session: (accessKeyId: string) => RoleSession | undefined;
  /** With IAM's lag. */
  visibleRole: (arn: string) => Role | undefined;
  now: Date;
}

/** A token that is no proof of anybody; the message is for the cluster's log, callers get a bare 401. */
export class Unauthenticated extends Error {}

const prefix = "k8s-aws-v1.";
const maximumLength = 4096;
const validMilliseconds = 15 * 60 * 1000;
const clusterHeader = "x-k8s-aws-id";
const parameters = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/**
 * Whom a bearer token of `aws eks get-token` identifies. The token is a presigned GetCallerIdentity; EKS's authenticator
 * checks its form and sends it to STS with the header that names the cluster. Here both are done at once.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator, pkg/token/token.go, and
 * https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 *
 * @throws Unauthenticated
 */
export function authenticate(token: string, world: AuthenticatorWorld): KubernetesUser {
  const url = readUrl(token, world);
  const headers = new Headers({ host: url.host, [clusterHeader]: world.clusterName });
  const request = { method: "GET", path: url.pathname, query: url.search, headers, body: "" };
  const signature = readSignature(request);
  if (!signature) throw new Unauthenticated("the URL in the token is not signed");
  checkSignature(signature, world.now);
  const session = callerOf(request, signature, world);
  return userOf(session, entryOf(session, world.entries));
}

function readUrl(token: string, { endpoint }: AuthenticatorWorld): URL {
  if (token.length > maximumLength) throw new Unauthenticated("the token is too large");
  if (!token.startsWith(prefix)) throw new Unauthenticated(`the token does not begin with ${prefix}`);
  const text = Buffer.from(token.slice(prefix.length), "base64url").toString("utf8");
  if (!URL.canParse(text)) throw new Unauthenticated("the token holds no URL");
  const url = new URL(text);
  if (url.origin !== endpoint) throw new Unauthenticated(`unexpected host in the token: ${url.origin}`);
  if (url.pathname !== "/") throw new Unauthenticated(`unexpected path in the token: ${url.pathname}`);
  const names = [...url.searchParams.keys()].map((name) => name.toLowerCase());
  const unexpected = names.find((name, index) => !parameters.has(name) || names.indexOf(name) !== index);
  if (unexpected !== undefined)
    throw new Unauthenticated(`unexpected or repeated parameter in the token: ${unexpected}`);
  if (url.searchParams.get("Action") !== "GetCallerIdentity")
    throw new Unauthenticated("the URL in the token is not that of GetCallerIdentity");
  return url;
}

/** Regions of the partition `aws`; others have a global STS of their own, or none. */
const awsRegion =
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|(north|south)(east|west))-\d$/;

function checkSignature({ signedHeaders, expires, time, service, region }: Signature, now: Date): void {
  if (!signedHeaders.includes(clusterHeader))
    throw new Unauthenticated(`the header ${clusterHeader} is not signed`);
  if (!signedHeaders.includes("host")) throw new Unauthenticated("the header host is not signed");
  if (expires === undefined || !(expires >= 0 && expires <= 900))
    throw new Unauthenticated("X-Amz-Expires is not between 0 and 900");
  const age = now.getTime() - time.getTime();
  // However short the token says: STS takes no notice of X-Amz-Expires.
  if (age > validMilliseconds) throw new Unauthenticated("the token has expired");
  if (age < -validMilliseconds) throw new Unauthenticated("the token is from the future");
  // STS answers in every region of its partition; which one is asked makes no difference to who is asking.
  if (service !== "sts" || !awsRegion.test(region))
    throw new Unauthenticated(`the token is signed for ${service} in ${region}, where no STS of AWS is`);
}

/** What STS does: it knows the credentials and recomputes the signature with their secret. */
function callerOf(
  request: SignedRequest,
  signature: Signature,
  { session: find, visibleRole, now }: AuthenticatorWorld,
): RoleSession {
  const session = find(signature.accessKeyId);
  if (!session)
    throw new Unauthenticated(`nobody has the access key ${signature.accessKeyId}, or has it no more`);
  if (signature.sessionToken !== session.sessionToken)
    throw new Unauthenticated("the session token does not belong to the access key");
  if (!isSignedWith(session.secretAccessKey, request, signature))
    throw new Unauthenticated(
      "the signature does not match: the token was changed, or is for another cluster",
    );
  if (session.expiration <= now) throw new Unauthenticated("the credentials have expired");
  if (visibleRole(session.roleArn)?.id !== session.roleId)
    throw new Unauthenticated(`the role ${session.roleArn} is gone`);
  return session;
}

function entryOf(session: RoleSession, entries: AccessEntry[]): AccessEntry {
  const entry = entries.find(({ principalArn }) => principalArn === session.roleArn);
  if (!entry) throw new Unauthenticated(`no access entry for ${session.roleArn}`);
  if (entry.principalId !== session.roleId)
    throw new Unauthenticated(
      `the access entry for ${session.roleArn} is dead: it is that of the role ${entry.principalId}, ` +
        `and the role has been made anew as ${session.roleId}`,
    );
  if (entry.type !== "STANDARD")
    throw new Unauthenticated(
      `the access entry is of the type ${entry.type}: for nodes, which builds are not`,
    );
  return entry;
}

/**
 * https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
 * What access policies give goes with the person, not with the groups: it is no RBAC, and gone when they impersonate.
 */
function userOf({ sessionName }: RoleSession, entry: AccessEntry): KubernetesUser {
  const username = entry.username
    .replaceAll("{{SessionNameRaw}}", sessionName)
    .replaceAll("{{SessionName}}", sessionName.replaceAll("@", "-"));
  const policies = entry.policies.flatMap(({ policyArn, accessScope }) =>
    accessScope.type === "cluster" ? [policyArn] : [],
  );
  return {
    username,
    groups: entry.kubernetesGroups,
    ...(policies.length > 0 && { extra: { [policiesKey]: policies } }),
  };
}

const policiesKey = "access-policies.eks.sandbox";

/**
 * Whether somebody has the access policy that allows everything. The others are not played: they allow nothing here.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
export function isClusterAdministrator(extra: Record<string, string[]>): boolean {
  return (extra[policiesKey] ?? []).includes(
    "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
  );
}
