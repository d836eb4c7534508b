import { Hono } from "hono";
import { z } from "zod";
import type { Access } from "./access";
import { CloudRefusal } from "./cloud";

const team = z.strictObject({ permission: z.enum(["read", "write"]), stacks: z.array(z.string()) });

const issuer = z.strictObject({
  url: z.string().startsWith("https://"),
  policies: z.array(
    z.strictObject({
      decision: z.literal("allow"),
      tokenType: z.literal("team"),
      teamName: z.string(),
      rules: z.record(z.string(), z.string()),
    }),
  ),
});

/**
 * What a person who administers an organisation sets on its pages: teams, and whose tokens they get. The shapes are the
 * sandbox's own, one request for what are several pages:
 * https://www.pulumi.com/docs/administration/guides/oidc-issuers/github/
 */
export function accessRoutes(access: Access): Hono {
  const routes = new Hono();
  routes.use(async (c, next) => {
    if (access.holder(c.req.header("authorization")).team !== undefined)
      throw new CloudRefusal(403, "Forbidden: you do not administer this organization");
    await next();
  });
  routes.post("/teams/:team", async (c) => {
    const { permission, stacks } = team.parse(await c.req.json());
    access.grant(c.req.param("team"), permission, stacks);
    return c.body(null, 204);
  });
  routes.post("/oidc/issuers", async (c) => {
    const { url, policies } = issuer.parse(await c.req.json());
    access.register(url.replace("https://", ""), policies);
    return c.body(null, 204);
  });
  return routes;
}
