import { Hono } from "hono";
import type { Environment } from "./context";
import { RateLimit, rateLimitExceeded } from "./rateLimit";
import { notFound, Refusal } from "./refusal";
import { Repository } from "./repository";
import { repositoryResource } from "./resources";
import { accounts } from "./routes/accounts";
import { branches } from "./routes/branches";
import { commits } from "./routes/commits";
import { contents } from "./routes/contents";
import { git } from "./routes/git";
import { pages } from "./routes/pages";
import type { Store } from "./store";

/** Where a GitHub Enterprise Server has its REST API; the routes are served there and, as api.github.com has them, at /. */
const enterprisePrefix = /^\/api\/v3(?=\/|$)/;

/** The service's routes over the repositories in `directory`. */
export function gitHubApp(directory: string, store: Store): Hono<Environment> {
  const app = new Hono<Environment>({
    getPath: (request) => new URL(request.url).pathname.replace(enterprisePrefix, ""),
  });
  const rateLimit = new RateLimit();

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

  app.route("/", pages(directory));

  app.use(async (c, next) => {
    const state = store.read();
    const token = bearer(c.req.header("authorization"));
    if (token === undefined) throw new Refusal(401, "Requires authentication");
    const found = Object.hasOwn(state.tokens, token) ? state.tokens[token] : undefined;
    if (found === undefined) throw new Refusal(401, "Bad credentials");
    const url = new URL(c.req.url);
    const prefix = enterprisePrefix.exec(url.pathname)?.[0] ?? "";
    c.set("directory", directory);
    c.set("store", store);
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
    if (!repository.exists()) throw notFound();
    c.set("repository", repository);
    await next();
  });
  app.get("/repos/:owner/:repo", async (c) =>
    c.json(await repositoryResource(c.var.links, c.var.repository, c.var.token.role)),
  );
  for (const routes of [contents, commits, git, branches]) app.route("/repos/:owner/:repo", routes);

  return app;
}

/** The token of `Authorization: Bearer <token>` or the older `token <token>`. */
function bearer(header: string | undefined): string | undefined {
  return /^(?:bearer|token) +(.+)$/i.exec(header ?? "")?.[1];
}
