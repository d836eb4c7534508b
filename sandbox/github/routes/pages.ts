import { Hono } from "hono";
import type { Environment } from "../context";
import { Repository } from "../repository";

/** What a person's browser shows behind the `html_url`s, as plain text and without a login. */
export function pages(directory: string): Hono<Environment> {
  const app = new Hono<Environment>();
  const repository = (owner: string, name: string) => {
    const found = new Repository(directory, owner, name);
    return found.exists() ? found : undefined;
  };

  app.get("/:owner/:repo/:view{blob|raw}/:ref/:path{.+}", async (c) => {
    const { owner, repo, ref, path } = c.req.param();
    const found = repository(owner, repo);
    const commit = await found?.commit(ref);
    const entry = commit === undefined ? undefined : await found?.entry(commit, path);
    if (found === undefined || entry?.type !== "blob") return c.text("Not Found", 404);
    return c.text((await found.read(entry.sha)).toString());
  });

  app.get("/:owner/:repo/commit/:sha", async (c) => {
    const { owner, repo, sha } = c.req.param();
    const found = repository(owner, repo);
    const commit = await found?.commit(sha);
    if (found === undefined || commit === undefined) return c.text("Not Found", 404);
    return c.text(await found.git(["show", "--stat", "--patch", commit]));
  });

  return app;
}
