import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * Signature Version 4, as AWS checks it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const algorithm = "AWS4-HMAC-SHA256";

/** A request as it came. */
export interface SignedRequest {
  method: string;
  /** Still percent-encoded. */
  path: string;
  /** With its leading `?`, or empty. */
  query: string;
  headers: Headers;
  body: string;
}

/** What a request says of its own signature. */
export interface Signature {
  accessKeyId: string;
  /** AWS region code of the credential scope. */
  region: string;
  /** Signing name of the service. */
  service: string;
  /** When it was signed. */
  time: Date;
  /** Seconds that a presigned request asks to be valid; undefined for one that is signed in its headers. */
  expires?: number;
  /** In small letters. */
  signedHeaders: string[];
  sessionToken?: string;
  /** `20261124T170000Z` */
  timestamp: string;
  value: string;
}

/** @returns undefined for a request that is not signed, or not well-formed */
export function readSignature({ query, headers }: SignedRequest): Signature | undefined {
  const presigned = new URLSearchParams(query);
  const header = headers.get("authorization");
  const inHeader = (name: string) => header?.match(new RegExp(`${name}=([^,\\s]+)`))?.[1];
  const part = (inQuery: string, elsewhere: string | null | undefined) =>
    (header ? elsewhere : presigned.get(inQuery)) ?? undefined;

  if ((header?.split(" ")[0] ?? presigned.get("X-Amz-Algorithm")) !== algorithm) return undefined;
  const credential = part("X-Amz-Credential", inHeader("Credential")) ?? "";
  const [accessKeyId, day, region, service, end] = credential.split("/");
  const timestamp = part("X-Amz-Date", headers.get("x-amz-date"));
  const time = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  const signedHeaders = part("X-Amz-SignedHeaders", inHeader("SignedHeaders"))?.split(";");
  const value = part("X-Amz-Signature", inHeader("Signature"));
  const expires = header ? null : presigned.get("X-Amz-Expires");
  const sessionToken = part("X-Amz-Security-Token", headers.get("x-amz-security-token"));
  if (!accessKeyId || !region || !service || !signedHeaders || !value || !timestamp || !time)
    return undefined;
  if (end !== "aws4_request" || day !== timestamp.slice(0, 8)) return undefined;
  return {
    accessKeyId,
    region,
    service,
    time,
    ...(expires === null ? {} : { expires: /^\d+$/.test(expires) ? Number(expires) : NaN }),
    signedHeaders,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    timestamp,
    value,
  };
}

function parseTimestamp(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Whether the request is what the owner of the secret signed. */
export function isSignedWith(secret: string, request: SignedRequest, signature: Signature): boolean {
  const { timestamp, region, service, value } = signature;
  const day = timestamp.slice(0, 8);
  const scope = [day, region, service, "aws4_request"];
  const key = scope.reduce((part: Buffer | string, name) => hmac(part, name), `AWS4${secret}`);
  const text = [algorithm, timestamp, scope.join("/"), sha256(canonicalRequest(request, signature))].join(
    "\n",
  );
  const expected = hmac(key, text);
  const actual = Buffer.from(value, "hex");
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function canonicalRequest(request: SignedRequest, { signedHeaders }: Signature): string {
  const { method, path, query, headers, body } = request;
  const values = signedHeaders.map((name) => {
    const value = (headers.get(name) ?? "").trim().replace(/ +/g, " ");
    return `${name}:${value}\n`;
  });
  return [
    method,
    // Every service but S3 encodes the path once more than it travels.
    path.split("/").map(encode).join("/"),
    canonicalQuery(query),
    values.join(""),
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
}

function canonicalQuery(query: string): string {
  const pairs = query
    .replace(/^\?/, "")
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [encode(decode(name)), encode(decode(value.join("=")))] as const;
    })
    .filter(([name]) => name !== "X-Amz-Signature");
  return pairs
    .map(([name, value]) => `${name}=${value}`)
    .sort((one, other) => (one < other ? -1 : 1))
    .join("&");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, "%20"));
  } catch {
    // Not well-formed, so nobody has signed it.
    return text;
  }
}

/** RFC 3986: encodeURIComponent leaves five characters that AWS encodes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
