import { randomBytes } from "node:crypto";
import type { Token } from "../store";
import type { Permissions } from "./permissions";

/** Login of whoever acts with a job's token. */
export const actionsLogin = "github-actions[bot]";

/** The GITHUB_TOKENs of running jobs. They are nowhere but in memory: a token dies with its job. */
export class JobTokens {
  private readonly tokens = new Map<string, Token>();
  /** By job, what it proves itself with when it asks for a token of its identity. */
  private readonly identities = new Map<number, string>();

  /** @returns the token itself */
  issue(repository: string, permissions: Permissions): string {
    const token = `ghs_${randomBytes(18).toString("hex")}`;
    this.tokens.set(token, {
      login: actionsLogin,
      scopes: ["repo"],
      role: "write",
      job: { repository, permissions },
    });
    return token;
  }

  find(token: string): Token | undefined {
    return this.tokens.get(token);
  }

  revoke(token: string): void {
    this.tokens.delete(token);
  }

  /** Lets a job ask for tokens of its identity. @returns what it has to show */
  issueIdentity(job: number): string {
    const secret = randomBytes(18).toString("hex");
    this.identities.set(job, secret);
    return secret;
  }

  mayIdentify(job: number, secret: string): boolean {
    return this.identities.get(job) === secret;
  }

  revokeIdentity(job: number): void {
    this.identities.delete(job);
  }
}
