import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { Hono, type Context } from "hono";
import type { Access, Holder, StackPermission } from "./access";
import { CloudRefusal, type Cloud } from "./cloud";
import { decrypted, withServiceSecrets } from "./stateSecrets";

/**
 * What the `pulumi` command asks of Pulumi Cloud for a preview. The stacks themselves are in the sandbox's folder: what
 * would change one is refused.
 * Source: pulumi/pulumi:pkg/backend/httpstate/client (v3.259.0)
 */
export function stackRoutes(cloud: Cloud, access: Access, passphrase: string): Hono {
  const routes = new Hono();
  const holder = (c: Context): Holder => access.holder(c.req.header("authorization"));
  const stackOf = (c: Context, permission: StackPermission) => {
    const { organization = "", project = "", stack = "" } = c.req.param() as Record<string, string>;
    access.require(holder(c), permission, `${project}/${stack}`);
    return { organization, project, stack, ...cloud.checkpoint(organization, project, stack) };
  };
  const base = "/api/stacks/:organization/:project/:stack";

  routes.get("/api/capabilities", (c) => c.json({ capabilities: [] }));
  routes.get("/api/user", (c) => {
    const { login, team } = holder(c);
    const organization = { name: access.organization, githubLogin: access.organization, avatarUrl: "" };
    const tokenInfo = team && { name: team, organization: access.organization, team };
    const user = { id: login, name: login, githubLogin: login, email: "", avatarUrl: "", identities: [] };
    return c.json({ ...user, organizations: [organization], ...(tokenInfo && { tokenInfo }) });
  });

  routes.get("/api/user/organizations/default", (c) => {
    holder(c);
    return c.json({ GitHubLogin: access.organization, Messages: [] });
  });

  routes.get(base, (c) => {
    const { organization, project, stack } = stackOf(c, "read");
    return c.json({ orgName: organization, projectName: project, stackName: stack, tags: {}, version: 1 });
  });
  routes.get(`${base}/export`, (c) => {
    const { organization: owner, project, stack, version, features, checkpoint } = stackOf(c, "read");
    const state = { url: new URL(c.req.url).origin, owner, project, stack };
    const latest = withServiceSecrets(checkpoint.latest ?? {}) as object;
    const deployment = { ...latest, secrets_providers: { type: "service", state } };
    return c.json({ version, ...(features && { features }), deployment });
  });
  // Who may read a stack may see its secrets: https://www.pulumi.com/docs/administration/concepts/rbac/permission-sets/
  routes.post(`${base}/batch-decrypt`, async (c) => {
    const salt = stackOf(c, "read").checkpoint.latest?.secrets_providers?.state?.salt ?? "";
    const { ciphertexts } = (await jsonBody(c)) as { ciphertexts: string[] };
    const plaintexts = ciphertexts.map(async (ciphertext) => {
      const text = await decrypted(passphrase, salt, Buffer.from(ciphertext, "base64").toString());
      return [ciphertext, Buffer.from(text).toString("base64")];
    });
    return c.json({ plaintexts: Object.fromEntries(await Promise.all(plaintexts)) as object });
  });

  // Who may read a stack may preview it. What belongs to the preview is asked under the name of what it previews.
  const previews = new Set<string>();
  routes.post(`${base}/preview`, (c) => {
    stackOf(c, "read");
    const updateID = randomUUID();
    previews.add(updateID);
    return c.json({ updateID });
  });
  const answers = {
    "": { version: 1, token: randomUUID() },
    "/renew_lease": { token: randomUUID() },
    "/events/batch": {},
    "/complete": {},
  };
  for (const [call, answer] of Object.entries(answers))
    routes.post(`${base}/:kind{preview|update}/:id${call}`, (c) => {
      if (!previews.has(c.req.param("id"))) throw new CloudRefusal(404, "Not Found: Update not found");
      return c.json(answer);
    });
  for (const kind of ["update", "refresh", "destroy", "import"])
    routes.post(`${base}/${kind}`, (c) => {
      stackOf(c, "write");
      throw new CloudRefusal(501, "The sandbox's Pulumi Cloud updates no stack");
    });
  return routes;
}

/** The command compresses long requests. */
async function jsonBody(c: Context): Promise<unknown> {
  const bytes = Buffer.from(await c.req.arrayBuffer());
  const isCompressed = c.req.header("content-encoding") === "gzip";
  return JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString());
}
