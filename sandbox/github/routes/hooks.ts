import { Hono } from "hono";
import { z } from "zod";
import { mayAdminister } from "../access";
import { timestamp } from "../clock";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { hookResource, type Delivery, type Hook } from "../hooks/hooks";
import { notFound, Refusal } from "../refusal";
import { repositoryId } from "../resources";

const config = z.object({
  url: z.url(),
  content_type: z.enum(["json", "form"]).default("form"),
  secret: z.string().optional(),
  insecure_ssl: z.union([z.string(), z.number()]).default("0"),
});

const creation = z.object({
  name: z.literal("web").default("web"),
  active: z.boolean().default(true),
  events: z.array(z.string()).default(["push"]),
  config,
});

const change = z.object({
  active: z.boolean().optional(),
  events: z.array(z.string()).optional(),
  config: config.optional(),
});

/** Webhooks of a repository: https://docs.github.com/rest/repos/webhooks */
export const hooks = new Hono<Environment>();

// Whoever is not an administrator is told that there is nothing.
hooks.use("/hooks/*", async (c, next) => {
  if (!mayAdminister(c.var.token)) throw notFound();
  await next();
});
hooks.use("/hooks", async (c, next) => {
  if (!mayAdminister(c.var.token)) throw notFound();
  await next();
});

hooks.post("/hooks", async (c) => {
  const { repository, service, token } = c.var;
  const request = await body(c, creation);
  const same = own(c).some(
    ({ url, events }) => url === request.config.url && events.some((event) => request.events.includes(event)),
  );
  if (same) {
    const errors = [{ resource: "Hook", code: "custom", message: "Hook already exists on this repository" }];
    throw new Refusal(422, "Validation Failed", { errors });
  }
  const now = timestamp(service.clock);
  const hook = service.hooks.hooks.add((id) => ({
    id,
    repository: repository.fullName,
    repositoryId: repositoryId(repository),
    active: request.active,
    events: request.events,
    ...configured(request.config),
    createdAt: now,
    updatedAt: now,
  }));
  service.hooks.ping(hook, { repository, sender: token.login });
  return c.json(hookResource(c.var.links, hook), 201);
});

hooks.get("/hooks", (c) => {
  query(c, "per_page", "page");
  return c.json(page(c, own(c)).map((hook) => hookResource(c.var.links, hook)));
});

hooks.get("/hooks/:hook", (c) => c.json(hookResource(c.var.links, existing(c))));

hooks.patch("/hooks/:hook", async (c) => {
  const hook = existing(c);
  const { config: settings, ...rest } = await body(c, change);
  Object.assign(hook, rest, settings && configured(settings), { updatedAt: timestamp(c.var.service.clock) });
  c.var.service.hooks.hooks.save(hook);
  return c.json(hookResource(c.var.links, hook));
});

hooks.delete("/hooks/:hook", (c) => {
  c.var.service.hooks.hooks.delete(existing(c));
  return c.body(null, 204);
});

hooks.post("/hooks/:hook/pings", (c) => {
  const { repository, service, token } = c.var;
  service.hooks.ping(existing(c), { repository, sender: token.login });
  return c.body(null, 204);
});

hooks.get("/hooks/:hook/deliveries", (c) => {
  query(c, "per_page");
  const { id } = existing(c);
  const newest = c.var.service.hooks.deliveries
    .all()
    .filter(({ hookId }) => hookId === id)
    .reverse();
  return c.json(page(c, newest).map(describeDelivery));
});

hooks.get("/hooks/:hook/deliveries/:delivery", (c) => {
  const delivery = existingDelivery(c);
  const { request, response } = delivery;
  return c.json({ ...describeDelivery(delivery), url: existing(c).url, request, response });
});

hooks.post("/hooks/:hook/deliveries/:delivery/attempts", (c) => {
  c.var.service.hooks.redeliver(existing(c), existingDelivery(c));
  return c.json({}, 202);
});

function configured(settings: z.infer<typeof config>) {
  return {
    url: settings.url,
    contentType: settings.content_type,
    insecureSsl: String(settings.insecure_ssl),
    ...(settings.secret === undefined ? {} : { secret: settings.secret }),
  };
}

function describeDelivery(delivery: Delivery) {
  const { id, guid, redelivery, duration, status, event, action } = delivery;
  return {
    id,
    guid,
    delivered_at: delivery.deliveredAt,
    redelivery,
    duration,
    status,
    status_code: delivery.statusCode,
    event,
    action,
    installation_id: null,
    repository_id: delivery.repositoryId,
  };
}

function own(c: GitHubContext): Hook[] {
  return c.var.service.hooks.hooks.all().filter(({ repository }) => repository === c.var.repository.fullName);
}

function existing(c: GitHubContext): Hook {
  const hook = own(c).find(({ id }) => id === Number(c.req.param("hook")));
  if (hook === undefined) throw notFound();
  return hook;
}

function existingDelivery(c: GitHubContext): Delivery {
  const delivery = c.var.service.hooks.deliveries.get(Number(c.req.param("delivery")));
  if (delivery?.hookId !== existing(c).id) throw notFound();
  return delivery;
}
