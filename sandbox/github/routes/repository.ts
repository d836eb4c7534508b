import { Hono } from "hono";
import { z } from "zod";
import { mayAdminister } from "../access";
import { body, type Environment, type GitHubContext } from "../context";
import { notFound } from "../refusal";
import { refuseName, renameRepository } from "../renaming";
import { Repository } from "../repository";
import { repositoryResource } from "../resources";
import type { RepositorySettings } from "../store";

const change = z.strictObject({
  name: z.string().optional(),
  archived: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

/** The repository itself: https://docs.github.com/rest/repos/repos */
export const repository = new Hono<Environment>();

repository.get("/", async (c) =>
  c.json(await repositoryResource(c.var.links, c.var.repository, c.var.token.role)),
);

repository.patch("/", async (c) => {
  const { directory, links, service, token } = c.var;
  if (!mayAdminister(token)) throw notFound();
  const { name, archived, delete_branch_on_merge } = await body(c, change);
  let found = c.var.repository;
  if (delete_branch_on_merge !== undefined) await set(c, { delete_branch_on_merge });
  if (archived !== undefined) found.facts = { ...found.facts, archived };
  if (name !== undefined && name !== found.name) {
    refuseName(found, new Repository(directory, found.owner, name));
    found = await renameRepository(service, found, name);
  }
  return c.json(await repositoryResource(links, found, token.role));
});

/** https://docs.github.com/rest/actions/permissions#set-github-actions-permissions-for-a-repository */
repository.put("/actions/permissions", async (c) => {
  if (!mayAdminister(c.var.token)) throw notFound();
  const { enabled } = await body(c, z.strictObject({ enabled: z.boolean() }));
  await set(c, { actions_disabled: !enabled });
  return c.body(null, 204);
});

async function set(c: GitHubContext, edit: RepositorySettings): Promise<void> {
  const { fullName } = c.var.repository;
  await c.var.store.change(({ repositories }) => {
    repositories[fullName] = { ...repositories[fullName], ...edit };
  });
}
