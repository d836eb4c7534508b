import { Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { refuseIfArchived } from "./archived";
import { clockPath, timestamp } from "./clock";
import type { Environment } from "./context";
import { gitHttp } from "./gitHttp";
import { requirePermission } from "./tokenPermissions";
import { mayMoveRefs } from "./pushes";
import { RateLimit, rateLimitExceeded } from "./rateLimit";
import { notFound, Refusal } from "./refusal";
import { moved } from "./renaming";
import { repositories, Repository } from "./repository";
import { repositoryId } from "./resources";
import { accounts } from "./routes/accounts";
import { actions } from "./routes/actions";
import { branches } from "./routes/branches";
import { comments } from "./routes/comments";
import { commits } from "./routes/commits";
import { contents } from "./routes/contents";
import { environments } from "./routes/environments";
import { git } from "./routes/git";
import { hooks } from "./routes/hooks";
import { mergeQueue } from "./routes/mergeQueue";
import { openIdConnect } from "./routes/openIdConnect";
import { pages } from "./routes/pages";
import { pullRequests } from "./routes/pullRequests";
import { repository } from "./routes/repository";
import { releases } from "./routes/releases";
import { reviews } from "./routes/reviews";
import { rulesets } from "./routes/rulesets";
import { workflows } from "./routes/workflows";
import type { Service } from "./service";

/** Where a GitHub Enterprise Server has its REST API; the routes are served there and, as api.github.com has them, at /. */
const enterprisePrefix = /^\/api\/v3(?=\/|$)/;

/** The service's routes. @param between stands before all of them */
export function gitHubApp(service: Service, between?: MiddlewareHandler): Hono<Environment> {
  const { clock, directory, store } = service;
  const app = new Hono<Environment>({
    getPath: (request) => new URL(request.url).pathname.replace(enterprisePrefix, ""),
  });
  const rateLimit = new RateLimit(() => Math.floor(clock.now() / 1000));

  if (between) app.use(between);
  // Whoever measures how long something waits does so by the service's own time.
  app.use(async (c, next) => {
    await next();
    c.header("date", new Date(clock.now()).toUTCString());
  });

  app.onError((error, c) => {
    if (!(error instanceof Refusal)) {
      console.error(error);
      return c.json({ message: `The sandbox's GitHub failed: ${error.message}` }, 500);
    }
    const { message, status, details } = error;
    const documentation = "https://docs.github.com/rest";
    return c.json({ message, ...details, documentation_url: documentation, status: String(status) }, status);
  });

  // An answer that the caller could take for "absent" would hide that the sandbox lacks something.
  app.notFound(async (c) => {
    const route = `${c.req.method} ${c.req.path}`;
    await store.change(({ unknownRoutes }) => {
      if (!unknownRoutes.includes(route)) unknownRoutes.push(route);
    });
    return c.json({ message: `The sandbox's GitHub has no route ${route}`, status: "501" }, 501);
  });

  app.route(
    "/",
    gitHttp({
      directory,
      traffic: service.traffic,
      state: () => store.read(),
      identify: (token) => service.identify(token),
      begin: async (repository, login) => {
        const pushed = await service.pushes.begin(repository, login);
        return async () => {
          await pushed();
          await service.pullRequests.follow();
        };
      },
    }) as unknown as Hono<Environment>,
  );
  app.route("/", openIdConnect(service));
  app.route("/", pages(service));
  app.post(clockPath, async (c) => {
    const { minutes } = z.object({ minutes: z.number().positive() }).parse(await c.req.json());
    clock.advance(minutes * 60_000);
    return c.json({ now: timestamp(clock) });
  });

  // Where the answers for an old name lead.
  app.all("/repositories/:id{[0-9]+}/:rest{.*}?", (c) => {
    const { id, rest } = c.req.param();
    const found = repositories(directory).find((one) => repositoryId(one) === Number(id));
    if (found === undefined) throw notFound();
    const url = new URL(c.req.url);
    url.pathname = `/repos/${found.fullName}${rest === undefined ? "" : `/${rest}`}`;
    return app.fetch(new Request(url, c.req.raw));
  });

  app.use(async (c, next) => {
    const state = store.read();
    const token = bearer(c.req.header("authorization"));
    if (token === undefined) throw new Refusal(401, "Requires authentication");
    const found = service.identify(token);
    if (found === undefined) throw new Refusal(401, "Bad credentials");
    const url = new URL(c.req.url);
    const prefix = enterprisePrefix.exec(url.pathname)?.[0] ?? "";
    c.set("directory", directory);
    c.set("store", store);
    c.set("service", service);
    c.set("state", state);
    c.set("token", found);
    c.set("links", { api: url.origin + prefix, web: url.origin });
    c.header("x-oauth-scopes", found.scopes.join(", "));
    const { headers, exceeded } = rateLimit.count(token);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (exceeded) throw rateLimitExceeded(found.login);
    await next();
  });

  app.route("/", accounts);

  // Without the scope `repo` a private repository does not exist.
  app.use("/repos/:owner/:repo/*", async (c, next) => {
    const { owner, repo } = c.req.param();
    const isName = [owner, repo].every((name) => /^(?!\.+$)[A-Za-z0-9._-]+$/.test(name));
    if (!isName || !c.var.token.scopes.includes("repo")) throw notFound();
    const repository = new Repository(directory, owner, repo);
    const renamed = c.var.state.renamed?.[repository.fullName];
    if (!repository.exists() && renamed !== undefined)
      return moved(c.req.raw, c.var.links, Repository.named(directory, renamed));
    if (!repository.exists()) throw notFound();
    refuseIfArchived(repository, c.req.method, c.req.path);
    requirePermission(c.var.token, c.req.method, repository.fullName, c.req.path);
    c.set("repository", repository);
    const rest = c.req.path.slice(`/repos/${repository.fullName}`.length);
    const isPush = c.req.method !== "GET" && mayMoveRefs(rest);
    const pushed = isPush ? await service.pushes.begin(repository, c.var.token.login) : undefined;
    await next();
    await pushed?.();
    // A commit through the API is a push too.
    if (c.req.method !== "GET") await service.pullRequests.follow();
    return undefined;
  });
  const all = [
    repository,
    actions,
    pullRequests,
    mergeQueue,
    comments,
    hooks,
    contents,
    commits,
    git,
    branches,
    rulesets,
    environments,
    releases,
    reviews,
    workflows,
  ];
  for (const routes of all) app.route("/repos/:owner/:repo", routes);

  return app;
}

/** The token of `Authorization: Bearer <token>` or the older `token <token>`. */
function bearer(header: string | undefined): string | undefined {
  return /^(?:bearer|token) +(.+)$/i.exec(header ?? "")?.[1];
}
