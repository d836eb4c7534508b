import type { Deployment } from "./deployment";
import type { Mutation } from "./mutation";

export const guardMutations: Mutation[] = [
  {
    name: "guard-absent",
    about: "Nobody has installed the guard's policy, but the runner's group has its rights.",
    break: without(
      ["validatingadmissionpolicy", "pr-dry-run-only"],
      ["validatingadmissionpolicybinding", "pr-dry-run-only"],
    ),
  },
  {
    name: "guard-unbound",
    about: "The guard's policy is there, but bound to nothing.",
    break: without(["validatingadmissionpolicybinding", "pr-dry-run-only"]),
  },
  {
    name: "guard-without-rights",
    about: "The guard's policy is in force, but the runner's group has no rights.",
    break: without(["clusterrolebinding", "pr-dry-run"]),
  },
];

/** Deletes objects, the last first, and puts them back in their order. */
function without(...objects: [kind: string, name: string][]) {
  return async ({ kubectl }: Deployment) => {
    const kept: string[] = [];
    for (const [kind, name] of objects) kept.push(await kubectl(["get", kind, name, "--output=json"]));
    for (const [kind, name] of [...objects].reverse()) await kubectl(["delete", kind, name]);
    return async () => {
      for (const object of kept) await kubectl(["apply", "--server-side", "--filename=-"], object);
    };
  };
}
