import { Hono } from "hono";
import type { Environment, GitHubContext } from "../context";
import { notFound, Refusal } from "../refusal";
import { repositories } from "../repository";
import { email, user } from "../resources";

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

/** Whoever owns a repository here is an organization. */
function isOrganization(c: GitHubContext, login: string): boolean {
  return repositories(c.var.directory).some(({ owner }) => owner === login);
}
