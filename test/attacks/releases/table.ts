import type { Attack } from "../pullRequests/attack";
import { approvalAttacks } from "./approvals";
import { buildAttacks } from "./builds";
import { environmentAttacks } from "./environments";
import { overrideAttacks } from "./overrides";
import { releaseRoleAttacks } from "./releaseRole";
import { runnerAttacks } from "./runner";
import { tagAttacks } from "./tags";
import { tokenAttacks } from "./tokens";
import type { ReleasedWorld } from "./world";

/** Every attack on releases, each once. */
export const releaseAttacks: Attack<ReleasedWorld>[] = [
  ...environmentAttacks,
  ...tagAttacks,
  ...approvalAttacks,
  ...runnerAttacks,
  ...releaseRoleAttacks,
  ...overrideAttacks,
  ...buildAttacks,
  // The last of them waits until a token of the others has expired.
  ...tokenAttacks,
];
