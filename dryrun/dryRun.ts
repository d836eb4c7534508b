import type { Kubectl } from "./cluster";
import { diff, together } from "./diff";
import { isSecret, type KubernetesObject } from "./kubernetesObjects";
import { judgeFailure, type Outcome } from "./outcome";

/** Asks the cluster what it would do with each object. Secrets are not sent to it. */
export function dryRun(kubectl: Kubectl, rendered: KubernetesObject[]): Outcome[] {
  const secrets = rendered.filter(isSecret);
  const objects = rendered.filter((object) => !isSecret(object));
  const failures = applyFailures(kubectl, objects, rendered);
  const failed = new Set(failures.map(({ object }) => object));
  return [
    ...failures,
    ...diff(
      kubectl,
      objects.filter((object) => !failed.has(object)),
    ),
    ...secrets.map((object): Outcome => ({
      object,
      state: "not checked",
      text: "Secrets are not sent to the cluster.",
    })),
  ];
}

/** The objects that cannot be applied. Each is tried alone once all together fail, to know which ones and why. */
function applyFailures(
  kubectl: Kubectl,
  objects: KubernetesObject[],
  rendered: KubernetesObject[],
): Outcome[] {
  const apply = (input: string) => kubectl(["apply", "--dry-run=server", "--filename=-"], input);
  if (objects.length === 0 || apply(together(objects)).exitCode === 0) return [];
  return objects.flatMap((object) => {
    const { exitCode, stderr } = apply(object.text);
    return exitCode === 0 ? [] : [judgeFailure(object, stderr.trim(), rendered)];
  });
}
