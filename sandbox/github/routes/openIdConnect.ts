import { Hono } from "hono";
import type { Environment } from "../context";
import { claimsOf } from "../openIdConnect/claims";
import type { Service } from "../service";

/** Where the issuer's public part is, below the service: a GitHub Enterprise Server has it there. */
export const issuerPath = "/_services/token";

/** Where a job asks for its token; GitHub's own address for it is none that anybody may rely on. */
export const idTokenPath = "/_services/idtoken";

/**
 * GitHub's OpenID Connect: what is public of the issuer, and a token for a job that has `id-token: write`.
 * https://docs.github.com/actions/reference/openid-connect-reference#methods-for-requesting-the-oidc-token
 */
export function openIdConnect(service: Service): Hono<Environment> {
  const { actions, clock, tokens } = service;
  const app = new Hono<Environment>();

  app.get(`${issuerPath}/.well-known/jwks`, (c) => c.json(service.signingKey().keySet()));

  app.get(`${idTokenPath}/:job`, (c) => {
    const found = actions.scheduler.job(Number(c.req.param("job")));
    const secret = c.req.header("authorization")?.replace(/^bearer /i, "");
    if (!found || secret === undefined || !tokens.mayIdentify(found.job.id, secret))
      return c.json({ message: "Unauthorized" }, 401);
    const audience = c.req.query("audience");
    const claims = claimsOf(found.run, found.job, audience, Math.floor(clock.now() / 1000));
    return c.json({ value: service.signingKey().sign(claims) });
  });
  return app;
}
