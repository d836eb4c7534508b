import { unknown, type Values } from "../values";
import type { GitHub } from "./provider";
import { unlessMissing } from "./rest";

/**
 * Another name of the repository replaces only where another repository has it.
 * Source: integrations/terraform-provider-github:github/util_diff.go (`diffRepository`).
 */
export async function replacedRepository(
  prior: Values,
  inputs: Values,
  context: () => GitHub,
): Promise<string[]> {
  const name = inputs.repository;
  if (typeof name !== "string" || name === prior.repository || name === unknown) return [];
  if (prior.repositoryId === undefined) return ["repository"];
  const github = context();
  const found = await unlessMissing(github.rest.call<{ id: number }>("GET", `repos/${github.owner}/${name}`));
  return found && found.id !== Number(prior.repositoryId) ? ["repository"] : [];
}
