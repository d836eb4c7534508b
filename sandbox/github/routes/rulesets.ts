import { Hono } from "hono";
import { timestamp } from "../clock";
import { body, page, query, type Environment, type GitHubContext } from "../context";
import { id as idOf } from "../resources";
import { mayAdminister } from "../access";
import { notFound, Refusal } from "../refusal";
import { rulesetRequest, type BypassActor, type Ruleset } from "../rulesets/ruleset";
import { isFor } from "../rulesets/violations";
import { teamOf } from "../environments/reviewers";

/** Rulesets of a repository: https://docs.github.com/rest/repos/rules */
export const rulesets = new Hono<Environment>();

rulesets.get("/rulesets", (c) => {
  query(c, "per_page", "page");
  return c.json(page(c, own(c)).map((ruleset) => describe(c, ruleset, { full: false })));
});

rulesets.get("/rulesets/:id", (c) => {
  query(c, "includes_parents");
  return c.json(describe(c, existing(c)));
});

rulesets.post("/rulesets", async (c) => {
  requireAdministrator(c);
  const wanted = await checked(c);
  const now = timestamp(c.var.service.clock);
  const made: Ruleset = { ...wanted, id: newId(c), created_at: now, updated_at: now };
  await change(c, (kept) => [...kept, made]);
  return c.json(describe(c, made), 201);
});

rulesets.put("/rulesets/:id", async (c) => {
  requireAdministrator(c);
  const { id, created_at } = existing(c);
  const wanted = await checked(c, id);
  const changed = { ...wanted, id, created_at, updated_at: timestamp(c.var.service.clock) };
  await change(c, (kept) => kept.map((ruleset) => (ruleset.id === id ? changed : ruleset)));
  return c.json(describe(c, changed));
});

rulesets.delete("/rulesets/:id", async (c) => {
  requireAdministrator(c);
  const { id } = existing(c);
  await change(c, (kept) => kept.filter((ruleset) => ruleset.id !== id));
  return c.body(null, 204);
});

/** The rules that a branch is under, whoever sets them: https://docs.github.com/rest/repos/rules#get-rules-for-a-branch */
rulesets.get("/rules/branches/:branch{.+}", async (c) => {
  query(c, "per_page", "page");
  const { repository } = c.var;
  const branch = c.req.param("branch");
  const isDefaultBranch = branch === (await repository.defaultBranch());
  const rules = own(c)
    .filter(({ enforcement }) => enforcement === "active")
    .filter((ruleset) => isFor(ruleset, { ref: `refs/heads/${branch}`, isDefaultBranch }))
    .flatMap(({ id, rules: each }) =>
      each.map((rule) => ({
        ...rule,
        ruleset_id: id,
        ruleset_source_type: "Repository",
        ruleset_source: repository.fullName,
      })),
    );
  return c.json(page(c, rules));
});

async function checked(c: GitHubContext, replaced?: number) {
  const { source, source_type, ...wanted } = await body(c, rulesetRequest);
  void source;
  void source_type;
  if (own(c).some(({ name, id }) => name === wanted.name && id !== replaced))
    throw new Refusal(422, "Validation Failed", { errors: ["Name must be unique"] });
  wanted.bypass_actors.forEach((actor) => {
    requireInstalled(c, actor);
  });
  return wanted;
}

/**
 * An app that is not installed on the repository cannot be let by; GitHub Actions itself never is:
 * https://github.com/orgs/community/discussions/86534
 */
function requireInstalled(c: GitHubContext, { actor_type, actor_id }: BypassActor): void {
  if (actor_type === "Team" && !teamOf(c.var.state, c.var.repository.owner, actor_id))
    throw new Refusal(422, "Validation Failed", {
      errors: [`Actor ${String(actor_id)} team must be part of the ruleset source or owner organization`],
    });
  if (actor_type !== "Integration") return;
  const installed = Object.values(c.var.state.tokens).some(({ app }) => app?.id === actor_id);
  if (installed) return;
  throw new Refusal(422, "Validation Failed", {
    errors: [
      `Actor ${String(actor_id)} integration must be part of the ruleset source or owner organization`,
    ],
  });
}

function own(c: GitHubContext): Ruleset[] {
  return c.var.state.rulesets[c.var.repository.fullName] ?? [];
}

function existing(c: GitHubContext): Ruleset {
  const found = own(c).find(({ id }) => id === Number(c.req.param("id")));
  if (found === undefined) throw notFound();
  return found;
}

function newId(c: GitHubContext): number {
  const all = Object.values(c.var.state.rulesets).flat();
  return Math.max(idOf("rulesets"), ...all.map(({ id }) => id)) + 1;
}

function change(c: GitHubContext, edit: (kept: Ruleset[]) => Ruleset[]): Promise<void> {
  const { fullName } = c.var.repository;
  return c.var.store.change(({ rulesets: all }) => {
    all[fullName] = edit(all[fullName] ?? []);
  });
}

function requireAdministrator(c: GitHubContext): void {
  if (!mayAdminister(c.var.token)) throw notFound();
}

/** Whom a ruleset lets by is for those to see who may change it. */
function describe(c: GitHubContext, ruleset: Ruleset, { full } = { full: true }) {
  const { links, repository, token } = c.var;
  const { conditions, rules, bypass_actors, ...summary } = ruleset;
  return {
    ...summary,
    node_id: Buffer.from(`Ruleset:${String(ruleset.id)}`).toString("base64"),
    source: repository.fullName,
    source_type: "Repository",
    _links: { self: { href: `${links.api}/repos/${repository.fullName}/rulesets/${String(ruleset.id)}` } },
    ...(full ? { conditions, rules } : {}),
    ...(full && mayAdminister(token) ? { bypass_actors } : {}),
  };
}
