import { clusterAccessMutations } from "./clusterAccess";
import { committedFileMutations } from "./committedFiles";
import { guardMutations } from "./guard";
import type { Mutation } from "./mutation";
import { networkMutations } from "./network";
import { projectMutations } from "./project";
import { roleMutations } from "./role";
import { securityGroupMutations } from "./securityGroups";
import { webhookMutations } from "./webhook";

/** Every way in which what is deployed is broken on purpose, each with its way back. */
export const mutations: Mutation[] = [
  ...webhookMutations,
  ...projectMutations,
  ...networkMutations,
  ...securityGroupMutations,
  ...roleMutations,
  ...clusterAccessMutations,
  ...guardMutations,
  ...committedFileMutations,
];

/** @throws Error that lists the names, if there is no such one */
export function mutationNamed(name: string): Mutation {
  const found = mutations.find((mutation) => mutation.name === name);
  if (found) return found;
  const names = mutations.map((mutation) => mutation.name).sort();
  throw new Error(`There is no ${name} to break. Expected one of:\n  ${names.join("\n  ")}`);
}
