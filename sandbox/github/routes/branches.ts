import { Hono } from "hono";
import { z } from "zod";
import { mayAdminister } from "../access";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { commit as readCommit } from "../history";
import { protectionKey } from "../protection";
import { notFound } from "../refusal";
import { commitResource } from "../resources";
import type { Protection } from "../store";

/** Branches and their protection: https://docs.github.com/rest/branches */
export const branches = new Hono<Environment>();

const contextNames = z.array(z.string());

/** All four keys must be there, if only as null. */
const protectionRequest = z.object({
  required_status_checks: z.object({ strict: z.boolean(), contexts: contextNames }).nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z.record(z.string(), z.unknown()).nullable(),
  restrictions: z.object({ users: contextNames, teams: contextNames }).nullable(),
});

branches.get("/branches", async (c) => {
  const { repository, links } = c.var;
  query(c, "per_page", "page");
  const output = await repository.git(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"]);
  const names = output.split("\n").filter((name) => name !== "");
  const rows = page(c, names).map(async (name) => {
    const sha = await repository.object(`refs/heads/${name}`);
    const url = `${links.api}/repos/${repository.fullName}/commits/${sha}`;
    return { name, commit: { sha, url }, protected: protectionOf(c, name) !== undefined };
  });
  return c.json(await Promise.all(rows));
});

// Before the branch itself, whose pattern takes slashes.
branches.get("/branches/:branch{.+}/protection", async (c) => {
  const branch = await existingBranch(c, c.req.param("branch"));
  requireAdministrator(c);
  const protection = protectionOf(c, branch);
  if (protection === undefined) throw notFound("Branch not protected");
  return c.json(describeProtection(c, branch, protection));
});

branches.put("/branches/:branch{.+}/protection", async (c) => {
  const branch = await existingBranch(c, c.req.param("branch"));
  requireAdministrator(c);
  const request = await body(c, protectionRequest);
  const protection: Protection = {
    ...request,
    restrictions: request.restrictions && { users: request.restrictions.users },
    enforce_admins: request.enforce_admins ?? false,
  };
  await c.var.store.change(({ protections }) => {
    protections[protectionKey(c.var.repository.fullName, branch)] = protection;
  });
  return c.json(describeProtection(c, branch, protection));
});

branches.delete("/branches/:branch{.+}/protection", async (c) => {
  const branch = await existingBranch(c, c.req.param("branch"));
  requireAdministrator(c);
  if (protectionOf(c, branch) === undefined) throw notFound("Branch not protected");
  await c.var.store.change(({ protections }) => {
    delete protections[protectionKey(c.var.repository.fullName, branch)];
  });
  return c.body(null, 204);
});

branches.get("/branches/:branch{.+}", async (c) => {
  const { links, repository, state } = c.var;
  const branch = await existingBranch(c, c.req.param("branch"));
  const commit = await readCommit(repository, `refs/heads/${branch}`);
  const logins = Object.values(state.tokens).map((token) => token.login);
  const self = `${links.api}/repos/${repository.fullName}/branches/${branch}`;
  return c.json({
    name: branch,
    commit: commitResource(links, repository, commit, logins),
    protected: protectionOf(c, branch) !== undefined,
    protection_url: `${self}/protection`,
    _links: { self, html: `${links.web}/${repository.fullName}/tree/${branch}` },
  });
});

async function existingBranch(c: GitHubContext, name: string): Promise<string> {
  if ((await c.var.repository.object(`refs/heads/${name}`)) === undefined) throw notFound("Branch not found");
  return name;
}

function requireAdministrator(c: GitHubContext): void {
  if (!mayAdminister(c.var.token)) throw notFound();
}

function protectionOf(c: GitHubContext, branch: string): Protection | undefined {
  return c.var.state.protections[protectionKey(c.var.repository.fullName, branch)];
}

/** A rule that is off is absent from the answer, except `enforce_admins`. */
function describeProtection(c: GitHubContext, branch: string, protection: Protection) {
  const url = `${c.var.links.api}/repos/${c.var.repository.fullName}/branches/${branch}/protection`;
  const { required_status_checks: checks, required_pull_request_reviews: reviews, restrictions } = protection;
  return {
    url,
    ...(checks && { required_status_checks: checks }),
    ...(reviews && { required_pull_request_reviews: reviews }),
    ...(restrictions && { restrictions }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforce_admins },
  };
}
