import { Hono } from "hono";
import { query, type Environment, type GitHubContext } from "../context";
import { notFound, Refusal } from "../refusal";
import { repositories } from "../repository";
import { email, id, user } from "../resources";

/** Users and organizations: https://docs.github.com/rest/users and https://docs.github.com/rest/orgs */
export const accounts = new Hono<Environment>();

accounts.get("/user", (c) => {
  const { login, app } = c.var.token;
  // The token of an installation is nobody's: https://docs.github.com/rest/users/users#get-the-authenticated-user
  if (app !== undefined) throw new Refusal(403, "Resource not accessible by integration");
  return c.json({ ...user(c.var.links, login), name: login, email: email(login) });
});

accounts.get("/users/:login", (c) => {
  const login = c.req.param("login");
  if (isOrganization(c, login)) return c.json(user(c.var.links, login, "Organization"));
  if (!Object.values(c.var.state.tokens).some((token) => token.login === login)) throw notFound();
  return c.json(user(c.var.links, login));
});

accounts.get("/orgs/:org", (c) => {
  const login = c.req.param("org");
  if (!isOrganization(c, login)) throw notFound();
  return c.json(user(c.var.links, login, "Organization"));
});

/**
 * AWS's app, by which CodeConnections speaks with GitHub, installed on selected repositories.
 *
 * An owner's token sees it: https://docs.github.com/rest/orgs/orgs#list-app-installations-for-an-organization. Who owns the
 * organization is told by the scope here, and what GitHub answers to others is not documented.
 */
accounts.get("/orgs/:org/installations", (c) => {
  const login = c.req.param("org");
  if (!isOrganization(c, login)) throw notFound();
  query(c, "per_page", "page");
  const { job, app, scopes } = c.var.token;
  if (job !== undefined || app !== undefined)
    throw new Refusal(403, "Resource not accessible by integration");
  if (!scopes.includes("admin:org")) throw new Refusal(403, "Must be an owner of the organization");
  const appSlug = "aws-connector-for-github";
  const installation = {
    id: id(`${login}/${appSlug}`),
    account: user(c.var.links, login, "Organization"),
    app_slug: appSlug,
    repository_selection: "selected",
    html_url: `${c.var.links.web}/organizations/${login}/settings/installations/${String(id(`${login}/${appSlug}`))}`,
    target_type: "Organization",
    permissions: { administration: "write", contents: "write", metadata: "read", repository_hooks: "write" },
    suspended_at: null,
  };
  return c.json({ total_count: 1, installations: [installation] });
});

/** Whoever owns a repository here is an organization. */
function isOrganization(c: GitHubContext, login: string): boolean {
  return repositories(c.var.directory).some(({ owner }) => owner === login);
}
