import type { Deployment } from "./deployment";

const policy = "pr-dry-run-only";

/** Deletes the guard's policy and its binding, and leaves the rights. */
export async function guardAbsent({ kubectl }: Deployment): Promise<void> {
  await kubectl("delete", "validatingadmissionpolicybinding", policy);
  await kubectl("delete", "validatingadmissionpolicy", policy);
}

/** Deletes the binding alone: the policy is there and holds nothing. */
export async function guardUnbound({ kubectl }: Deployment): Promise<void> {
  await kubectl("delete", "validatingadmissionpolicybinding", policy);
}

/** Deletes the rights and leaves the policy. */
export async function guardWithoutRights({ kubectl }: Deployment): Promise<void> {
  await kubectl("delete", "clusterrolebinding", "pr-dry-run");
}
