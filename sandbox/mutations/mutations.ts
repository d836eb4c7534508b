import { clusterAccessMutations } from "./clusterAccess";
import { committedFileMutations } from "./committedFiles";
import { guardMutations } from "./guard";
import type { Mutation } from "./mutation";
import { networkMutations } from "./network";
import { networkAclMutations, networkAclOpenings } from "./networkAcls";
import { projectMutations } from "./project";
import { roleMutations } from "./role";
import { securityGroupMutations } from "./securityGroups";
import { webhookMutations } from "./webhook";

/** Every way in which what is deployed is broken on purpose, each with its way back: no pull request may be dry-run then. */
export const mutations: Mutation[] = [
  ...webhookMutations,
  ...projectMutations,
  ...networkMutations,
  ...networkAclMutations,
  ...securityGroupMutations,
  ...roleMutations,
  ...clusterAccessMutations,
  ...guardMutations,
  ...committedFileMutations,
];

/** Changes of what is deployed after which pull requests are dry-run as before, and somebody may do more than they should. */
export const openings: Mutation[] = [...networkAclOpenings];

/** @throws Error that lists the names, if there is no such one */
export function mutationNamed(name: string): Mutation {
  const all = [...mutations, ...openings];
  const found = all.find((mutation) => mutation.name === name);
  if (found) return found;
  const names = all.map((mutation) => mutation.name).sort();
  throw new Error(`There is no ${name} to break. Expected one of:\n  ${names.join("\n  ")}`);
}
