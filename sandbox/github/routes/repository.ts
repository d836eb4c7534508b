import { Hono } from "hono";
import { z } from "zod";
import { body, type Environment } from "../context";
import { notFound } from "../refusal";
import { refuseName, renameRepository } from "../renaming";
import { Repository } from "../repository";
import { repositoryResource } from "../resources";

const change = z.strictObject({ name: z.string().optional(), archived: z.boolean().optional() });

/** The repository itself: https://docs.github.com/rest/repos/repos */
export const repository = new Hono<Environment>();

repository.get("/", async (c) =>
  c.json(await repositoryResource(c.var.links, c.var.repository, c.var.token.role)),
);

repository.patch("/", async (c) => {
  const { directory, links, service, token } = c.var;
  if (token.role !== "admin") throw notFound();
  const { name, archived } = await body(c, change);
  let found = c.var.repository;
  if (archived !== undefined) found.facts = { ...found.facts, archived };
  if (name !== undefined && name !== found.name) {
    refuseName(found, new Repository(directory, found.owner, name));
    found = await renameRepository(service, found, name);
  }
  return c.json(await repositoryResource(links, found, token.role));
});
