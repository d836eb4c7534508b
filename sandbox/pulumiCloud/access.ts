import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { Store } from "../aws/store";
import { InvalidToken, verifyToken, type Issuers } from "../openIdConnect/verify";
import { CloudRefusal } from "./cloud";

/** What a team may do with stacks: https://www.pulumi.com/docs/administration/concepts/rbac/permission-sets/ */
export type StackPermission = "read" | "write";

/** Whom an organisation gives tokens for tokens of others: https://www.pulumi.com/docs/administration/guides/oidc-issuers/ */
export interface IssuerPolicy {
  decision: "allow";
  tokenType: "team";
  teamName: string;
  /** Claims and their values; `*` is any text. */
  rules: Record<string, string>;
}

/** Whose token it is. */
export interface Holder {
  login: string;
  /** Undefined for a person who administers the organisation. */
  team?: string;
}

interface AccessState {
  /** By issuer's address without its scheme. */
  issuers: Record<string, IssuerPolicy[]>;
  /** By name, the permission on each stack as `project/stack`. */
  teams: Record<string, Record<string, StackPermission>>;
  /** Tokens that were handed out, and until when they are good, in seconds since 1970. */
  tokens: Record<string, Holder & { until: number }>;
}

/** https://www.pulumi.com/docs/reference/cloud-rest-api/oauth-token-exchange/ */
const exchange = z.strictObject({
  audience: z.string(),
  grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange"),
  subject_token_type: z.literal("urn:ietf:params:oauth:token-type:id_token"),
  requested_token_type: z.literal("urn:pulumi:token-type:access_token:team"),
  scope: z.string().regex(/^team:[\w-]+$/),
  expiration: z.number().max(7200).default(7200),
  subject_token: z.string(),
});

/** Who may do what in Pulumi Cloud. */
export class Access {
  private readonly store: Store<AccessState>;

  constructor(
    directory: string,
    readonly organization: string,
    /** The token of a person who administers the organisation. */
    private readonly administrator: string,
    private readonly issuers: Issuers,
  ) {
    const empty = { issuers: {}, teams: {}, tokens: {} };
    this.store = Store.open<AccessState>(join(directory, "pulumi-access.json"), empty);
  }

  /** Registers an issuer with whom it may name. */
  register(issuer: string, policies: IssuerPolicy[]): void {
    this.store.change(({ issuers }) => (issuers[issuer] = policies));
  }

  /** Gives a team a permission on stacks. */
  grant(team: string, permission: StackPermission, stacks: string[]): void {
    this.store.change(({ teams }) => {
      teams[team] = Object.fromEntries(stacks.map((stack) => [stack, permission]));
    });
  }

  /** @throws CloudRefusal for a token that is nobody's */
  holder(authorization: string | undefined): Holder {
    const token = authorization?.replace(/^token /, "") ?? "";
    if (token === this.administrator) return { login: "example-org-bot" };
    const holder = this.store.get().tokens[token];
    if (!holder || holder.until < Date.now() / 1000)
      throw new CloudRefusal(401, "Unauthorized: No credentials provided or are invalid.");
    return holder;
  }

  /** @throws CloudRefusal unless the holder may do that with a stack, `project/stack` */
  require({ team }: Holder, permission: StackPermission, stack: string): void {
    if (team === undefined) return;
    const held = this.store.get().teams[team]?.[stack];
    // Who may not even read a stack does not learn that it is there.
    if (held === undefined) throw new CloudRefusal(404, `Not Found: Stack '${stack}' not found`);
    if (held !== "write" && permission === "write")
      throw new CloudRefusal(403, "Forbidden: you do not have permission to modify this stack");
  }

  /** Gives a token for the token of an issuer that the organisation trusts. @throws CloudRefusal */
  async exchange(body: unknown): Promise<{ access_token: string; expires_in: number }> {
    const parsed = exchange.safeParse(body);
    if (!parsed.success)
      throw new CloudRefusal(400, `invalid_request: ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
    const { audience, scope, subject_token: token, expiration } = parsed.data;
    const team = scope.replace("team:", "");
    const { issuer, claims } = await verifyToken(token, this.issuers).catch((error: unknown) => {
      if (!(error instanceof InvalidToken)) throw error;
      throw new CloudRefusal(401, `invalid_token: ${error.message}`);
    });
    const policies = this.store.get().issuers[issuer] ?? [];
    const isOurs = audience === `urn:pulumi:org:${this.organization}` && claims.aud === audience;
    const isLetIn = policies.some(
      ({ teamName, rules }) =>
        teamName === team &&
        Object.entries(rules).every(([name, pattern]) => matches(String(claims[name]), pattern)),
    );
    if (!isOurs || !isLetIn)
      throw new CloudRefusal(401, "access_denied: no policy of the issuer lets this token in");
    const accessToken = `pul-${randomBytes(20).toString("hex")}`;
    this.store.change(({ tokens }) => {
      tokens[accessToken] = { login: team, team, until: Date.now() / 1000 + expiration };
    });
    return { access_token: accessToken, expires_in: expiration };
  }
}

function matches(value: string, pattern: string): boolean {
  const source = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(value);
}
