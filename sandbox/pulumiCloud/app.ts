import { Hono, type Context } from "hono";
import type { z } from "zod";
import type { Access } from "./access";
import { CloudRefusal, newId, type Cloud } from "./cloud";
import { deploymentSettings, driftSchedule, webhook } from "./shapes";
import { accessRoutes } from "./accessRoutes";
import { stackRoutes } from "./stackRoutes";

type Path = [organization: string, project: string, stack: string];

/**
 * Routes of Pulumi Cloud's REST API: for the deployments of stacks, for previews, and for tokens.
 * Source: pulumi/pulumi-pulumiservice:provider/pkg/pulumiapi (v1.3.0), https://www.pulumi.com/docs/reference/cloud-rest-api/
 */
export function pulumiCloudApp(cloud: Cloud, access: Access, passphrase: string): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    const status = error instanceof CloudRefusal ? error.status : 500;
    return c.json({ code: status, message: error.message }, status);
  });
  app.notFound((c) =>
    c.json(
      { code: 501, message: `The sandbox's Pulumi Cloud has no route ${c.req.method} ${c.req.path}` },
      501,
    ),
  );
  app.post("/api/oauth/token", async (c) => c.json(await access.exchange(await c.req.json())));
  app.route("/", stackRoutes(cloud, access, passphrase));
  app.route("/api/orgs/:organization", accessRoutes(access));
  // What deployments do is for administrators.
  app.use("/api/stacks/:organization/:project/:stack/:part{deployments|hooks}/*", async (c, next) => {
    const { team } = access.holder(c.req.header("authorization"));
    if (team !== undefined) throw new CloudRefusal(403, "Forbidden: you do not administer this stack");
    await next();
  });
  app.route("/api/stacks/:organization/:project/:stack/deployments/settings", settingsRoutes(cloud));
  app.route("/api/stacks/:organization/:project/:stack/deployments", scheduleRoutes(cloud));
  app.route("/api/stacks/:organization/:project/:stack/hooks", webhookRoutes(cloud));
  return app;
}

function settingsRoutes(cloud: Cloud): Hono {
  const routes = new Hono();
  routes.get("/", (c) => {
    const { settings } = cloud.stack(...pathOf(c));
    if (!settings) throw new CloudRefusal(404, "Not Found: Deployment settings not found");
    return c.json(settings);
  });
  routes.put("/", async (c) => {
    const settings = await body(c, deploymentSettings);
    cloud.change(pathOf(c), (stack) => {
      stack.settings = settings;
    });
    return c.json(settings);
  });
  routes.delete("/", (c) => {
    cloud.change(pathOf(c), (stack) => {
      delete stack.settings;
    });
    return c.body(null, 204);
  });
  return routes;
}

function scheduleRoutes(cloud: Cloud): Hono {
  const routes = new Hono();
  const find = (c: Context) => {
    const found = cloud.stack(...pathOf(c)).driftSchedules.find(({ id }) => id === c.req.param("id"));
    if (!found) throw new CloudRefusal(404, "Not Found: Schedule not found");
    return found;
  };
  routes.post("/drift/schedules", async (c) => {
    if (!cloud.stack(...pathOf(c)).settings)
      throw new CloudRefusal(400, "Bad Request: the stack has no deployment settings");
    const schedule = { ...(await body(c, driftSchedule)), id: newId() };
    cloud.change(pathOf(c), (stack) => {
      stack.driftSchedules.push(schedule);
    });
    return c.json({ id: schedule.id });
  });
  routes.post("/drift/schedules/:id", async (c) => {
    const { id } = find(c);
    const schedule = { ...(await body(c, driftSchedule)), id };
    cloud.change(pathOf(c), (stack) => {
      stack.driftSchedules = stack.driftSchedules.map((one) => (one.id === id ? schedule : one));
    });
    return c.json({ id });
  });
  routes.get("/schedules/:id", (c) => {
    const { id, scheduleCron, autoRemediate } = find(c);
    const options = { remediateIfDriftDetected: autoRemediate ?? false };
    return c.json({ id, scheduleCron, definition: { request: { operationContext: { options } } } });
  });
  routes.delete("/schedules/:id", (c) => {
    const { id } = find(c);
    cloud.change(pathOf(c), (stack) => {
      stack.driftSchedules = stack.driftSchedules.filter((one) => one.id !== id);
    });
    return c.body(null, 204);
  });
  return routes;
}

function webhookRoutes(cloud: Cloud): Hono {
  const routes = new Hono();
  const find = (c: Context) => {
    const found = cloud.stack(...pathOf(c)).webhooks.find(({ name }) => name === c.req.param("name"));
    if (!found) throw new CloudRefusal(404, "Not Found: Webhook not found");
    return found;
  };
  routes.post("/", async (c) => {
    const created = { ...(await body(c, webhook)), name: newId() };
    mustHaveTarget(created);
    cloud.change(pathOf(c), (stack) => {
      stack.webhooks.push(created);
    });
    return c.json(created, 201);
  });
  routes.get("/:name", (c) => c.json(find(c)));
  routes.patch("/:name", async (c) => {
    const { name } = find(c);
    const changed = { ...(await body(c, webhook.extend({ name: webhook.shape.stackName }))), name };
    mustHaveTarget(changed);
    cloud.change(pathOf(c), (stack) => {
      stack.webhooks = stack.webhooks.map((one) => (one.name === name ? changed : one));
    });
    return c.json(changed);
  });
  routes.delete("/:name", (c) => {
    const { name } = find(c);
    cloud.change(pathOf(c), (stack) => {
      stack.webhooks = stack.webhooks.filter((one) => one.name !== name);
    });
    return c.body(null, 204);
  });
  return routes;
}

/** A deployment webhook names a stack as `project/stack`, any other an address. */
function mustHaveTarget({ format, payloadUrl }: { format: string; payloadUrl: string }): void {
  const expected = format === "pulumi_deployments" ? /^[\w.-]+\/[\w.-]+$/ : /^https:\/\//;
  if (!expected.test(payloadUrl))
    throw new CloudRefusal(400, `Bad Request: invalid payload URL for ${format}`);
}

function pathOf(c: Context): Path {
  return [c.req.param("organization") ?? "", c.req.param("project") ?? "", c.req.param("stack") ?? ""];
}

async function body<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await c.req.json());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CloudRefusal(400, `Bad Request: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}
