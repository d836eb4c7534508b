import type { Control } from "./attack";
import type { Answer } from "./client";

/** Who answered; `none` if nobody did: a server error, which proves nothing. */
export type Answerer = Control | "none";

const denial =
  "ValidatingAdmissionPolicy 'pr-dry-run-only' with binding 'pr-dry-run-only' denied request: pr-dry-run may ";

// How the authorizer, its check of handed-out rights and that of impersonation begin to say no.
const unauthorized = [
  /forbidden: User "[^"]+" cannot /,
  /is forbidden: user "[^"]+" \(groups=\[[^\]]*\]\) is attempting to grant RBAC permissions not currently held/,
];

/** Tells from an answer who gave it. */
export function answererOf(method: string, { status, body }: Answer): Answerer {
  if (status < 300) return "allowed dry run";
  if (status >= 500) return "none";
  // An answer to HEAD has no text; a 403 without the policy's name was not the policy's, which sees no reads.
  if (status === 403 && method === "HEAD") return "RBAC";
  if (status !== 403) return "server";
  const message = messageIn(body);
  if (message.includes(denial)) return "policy";
  return unauthorized.some((pattern) => pattern.test(message)) ? "RBAC" : "none";
}

/** The reason why an answer means that an attack got through; undefined if it did not. */
export function breach(answer: Answer, isAllowedDryRun: boolean, secretValues: string[]): string | undefined {
  if (answer.status < 300 && !isAllowedDryRun) return `was answered ${String(answer.status)}`;
  // A JSON Web Token in three parts, of which the first two are JSON.
  if (/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/.test(answer.body)) return "was answered with a token";
  if (secretValues.some((value) => answer.body.includes(value))) return "was answered with a Secret's value";
  return undefined;
}

/** The server's own message, or the whole text of what is no Status. */
export function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === "string" ? message : body;
  } catch {
    return body;
  }
}
