import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type JsonWebKey,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Claims of a token: texts, and the times as seconds since 1970. */
export type Claims = Record<string, string | number>;

/** The key set of an issuer (RFC 7517). */
export interface KeySet {
  keys: JsonWebKey[];
}

/** The key with which an issuer signs its tokens: RS256, as GitHub's (https://docs.github.com/actions/reference/openid-connect-reference). */
export class SigningKey {
  private readonly keyId = "sandbox";

  private constructor(private readonly pem: string) {}

  /** The key of a file, made when it is not there. */
  static at(file: string): SigningKey {
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    }
    return new SigningKey(readFileSync(file, "utf8"));
  }

  /** A signed token (RFC 7519). */
  sign(claims: Claims): string {
    const parts = [{ typ: "JWT", alg: "RS256", kid: this.keyId }, claims];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    return `${text}.${createSign("RSA-SHA256").update(text).sign(this.pem, "base64url")}`;
  }

  /** What an issuer publishes, so that everybody can check its tokens. */
  keySet(): KeySet {
    const key = createPublicKey(createPrivateKey(this.pem)).export({ format: "jwk" });
    return { keys: [{ ...key, kid: this.keyId, alg: "RS256", use: "sig" }] };
  }
}
