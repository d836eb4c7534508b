import { createPublicKey, createVerify } from "node:crypto";
import type { Claims, KeySet } from "./signingKey";

/** A token is not what it has to be. */
export class InvalidToken extends Error {}

/**
 * Where the sandbox finds what is public of an issuer, by the issuer's address without its scheme: there is no way to the real
 * one's `/.well-known/jwks`.
 */
export type Issuers = Record<string, string>;

/** A token that has been verified. */
export interface VerifiedToken {
  /** Without its scheme. */
  issuer: string;
  claims: Claims;
}

/**
 * Verifies a token as whoever trusts an issuer does: signature by the issuer's published key, not before its time nor after it.
 * Whether the audience is right and what the subject may do is for the caller.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 *
 * @throws InvalidToken
 */
export async function verifyToken(token: string, issuers: Issuers): Promise<VerifiedToken> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const { alg, kid } = decoded(header) as { alg?: string; kid?: string };
  const claims = decoded(payload) as Claims;
  const issuer = String(claims.iss).replace("https://", "");
  const address = issuers[issuer];
  if (address === undefined) throw new InvalidToken(`Couldn't retrieve verification key of ${issuer}`);
  const { keys } = (await (await fetch(`${address}/.well-known/jwks`)).json()) as KeySet;
  const key = keys.find((one) => one.kid === kid);
  if (alg !== "RS256" || key === undefined) throw new InvalidToken("Couldn't retrieve verification key");
  const isSigned = createVerify("RSA-SHA256")
    .update(`${header}.${payload}`)
    .verify(createPublicKey({ key, format: "jwk" }), signature, "base64url");
  if (!isSigned) throw new InvalidToken("The signature is not the issuer's");
  const now = Date.now() / 1000;
  if (now > Number(claims.exp)) throw new InvalidToken("Token expired");
  if (now < Number(claims.nbf)) throw new InvalidToken("Token is not valid yet");
  return { issuer, claims };
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    throw new InvalidToken("The token is not well-formed");
  }
}
