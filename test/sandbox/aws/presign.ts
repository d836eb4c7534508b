import { SignatureV4 } from "@smithy/signature-v4";
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import type { RoleSession } from "../../../sandbox/aws/iam/sessions";

/** Node's SHA-256 in the form that the signer asks for. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: Uint8Array | string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error("not asked for by the signer");
  }
}

/** What is unusual about a token. */
export interface TokenChanges {
  endpoint?: string;
  clusterName?: string;
  region?: string;
  service?: string;
  action?: string;
  signedAt?: Date;
  expiresIn?: number;
  /** Changes the URL after it was signed. */
  tamper?: (url: URL) => void;
}

/** A token as `aws eks get-token` makes it, signed by the AWS SDK's own signer. */
export async function eksToken(
  credentials: Pick<RoleSession, "accessKeyId" | "secretAccessKey" | "sessionToken">,
  changes: TokenChanges = {},
): Promise<string> {
  const url = new URL(changes.endpoint ?? "http://127.0.0.1:4566");
  const signer = new SignatureV4({
    credentials,
    region: changes.region ?? "ap-northeast-1",
    service: changes.service ?? "sts",
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.presign(
    {
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      query: { Action: changes.action ?? "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host: url.host, "x-k8s-aws-id": changes.clusterName ?? "production" },
    },
    { expiresIn: changes.expiresIn ?? 60, signingDate: changes.signedAt ?? new Date() },
  );
  for (const [name, value] of Object.entries(signed.query ?? {})) url.searchParams.set(name, String(value));
  changes.tamper?.(url);
  return `k8s-aws-v1.${Buffer.from(url.href).toString("base64url")}`;
}
