import type { RoleSession } from "./iam/sessions";

/** Operations that nobody signs: the caller has no credentials yet. */
const unsigned = ["AssumeRoleWithWebIdentity"];

/** A request to AWS, with what its signature says about it. */
export interface AwsRequest {
  /** Signing name of the service, such as `ec2`. */
  service: string;
  /** AWS region code that the request is signed for. */
  region: string;
  /** Name of the operation, such as `CreateSubnet`; for REST services method and path until the service names it. */
  operation: string;
  /** The query protocols send forms and get XML, the others JSON. */
  protocol: "query" | "json";
  /** Whether the operation only reads, judged by its name. */
  readOnly: boolean;
  /** Who calls: the first word of the user agent, such as `aws-cli/1.46.3`. */
  caller: string;
  /** Access key id that signed; empty where nobody does. */
  accessKeyId: string;
  /** Whose temporary credentials signed; undefined for the account's owner. */
  session?: RoleSession;
  /** A header value that carries the credential scope. */
  authorization: string;
  method: string;
  /** Still percent-encoded. */
  path: string;
  /** With its leading `?`, or empty. */
  query: string;
  headers: Headers;
  body: string;
}

/**
 * Reads an HTTP request as AWS would: service and region come from the credential scope of Signature Version 4, in the
 * `Authorization` header or, presigned, in the query. Signatures are checked elsewhere, those of temporary credentials:
 * the account's owner has no secret here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns undefined when the request carries no credential scope
 */
export async function readRequest(request: Request): Promise<AwsRequest | undefined> {
  const url = new URL(request.url);
  const header = request.headers.get("authorization") ?? "";
  const credential = /Credential=([^,\s]+)/.exec(header)?.[1] ?? url.searchParams.get("X-Amz-Credential");
  const body = await request.text();
  const { operation, protocol } = identify(request, url, body);
  const scope = credential?.split("/") ?? (unsigned.includes(operation) ? ["", "", "us-east-1", "sts"] : []);
  const [accessKeyId, , region, service] = scope;
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;

  return {
    service,
    region,
    operation,
    protocol,
    readOnly: request.method === "GET" || /^(Describe|Get|List|BatchGet|Filter)/.test(operation),
    caller: request.headers.get("user-agent")?.split(" ")[0] ?? "unknown",
    accessKeyId,
    authorization:
      header || `AWS4-HMAC-SHA256 Credential=${String(credential)}, SignedHeaders=host, Signature=0`,
    method: request.method,
    path: url.pathname,
    query: url.search,
    headers: request.headers,
    body,
  };
}

/** JSON protocols name the operation in a header, the query protocols in the form or the URL, REST by the route. */
function identify(request: Request, url: URL, body: string): Pick<AwsRequest, "operation" | "protocol"> {
  const target = request.headers.get("x-amz-target")?.split(".").at(-1);
  if (target !== undefined) return { operation: target, protocol: "json" };
  const isForm =
    request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const action = (isForm ? new URLSearchParams(body).get("Action") : null) ?? url.searchParams.get("Action");
  if (action !== null) return { operation: action, protocol: "query" };
  return { operation: `${request.method} ${url.pathname}`, protocol: "json" };
}
