import { setTimeout } from "node:timers/promises";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

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
  return async (deployment: Deployment): Promise<Undo> => {
    const { kubectl } = deployment;
    const kept: string[] = [];
    for (const [kind, name] of objects) kept.push(await kubectl(["get", kind, name, "--output=json"]));
    for (const [kind, name] of [...objects].reverse()) await kubectl(["delete", kind, name]);
    await untilDenied(deployment, false);
    return async () => {
      for (const object of kept) await kubectl(["create", "--filename=-"], asWritten(object));
      await untilDenied(deployment, true);
    };
  };
}

interface KubernetesObject {
  metadata: { name: string; labels?: object; annotations?: object };
}

/** An object without what the API server added to it. */
function asWritten(json: string): string {
  const { metadata, ...rest } = JSON.parse(json) as KubernetesObject;
  const { name, labels, annotations } = metadata;
  return JSON.stringify({ ...rest, metadata: { name, labels, annotations } });
}

/** The API server goes by what it knew for a moment longer: waits until the guard denies what it is there to deny, or does not. */
async function untilDenied({ kubectl }: Deployment, expected: boolean): Promise<void> {
  const asRunner = ["--as=runner", "--as-group=pr-dry-run"];
  const taken = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  const isDenied = () =>
    kubectl([...asRunner, "create", "--raw=/api/v1/namespaces", "--filename=-"], taken).then(
      () => false,
      (error: unknown) => String(error).includes("ValidatingAdmissionPolicy 'pr-dry-run-only'"),
    );
  for (let attempt = 1; (await isDenied()) !== expected; attempt += 1) {
    if (attempt === 100) throw new Error("The API server takes no notice of a change of the guard.");
    await setTimeout(100);
  }
}
