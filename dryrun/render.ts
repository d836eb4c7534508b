import { existsSync } from "node:fs";
import { run } from "./command";
import { CouldNotCheck } from "./couldNotCheck";
import { identityOf, type KubernetesObject, parseObjects } from "./kubernetesObjects";

/**
 * Renders an overlay with kustomize.
 * @throws CouldNotCheck if it does not render, or renders to nothing: `kubectl diff` calls nothing "no difference".
 */
export function render(overlay: string): KubernetesObject[] {
  const { exitCode, stdout, stderr } = run("kubectl", ["kustomize", overlay]);
  if (exitCode !== 0) {
    throw new CouldNotCheck(
      `${overlay} does not render: ${withoutLiterals(stderr.trim())}\n(Only the folders of the environment's paths are checked out: ` +
        "a file outside of them must be added to the paths in the registry of eks-dryrun-runner.)",
    );
  }
  const objects = parseObjects(stdout);
  if (objects.length === 0) throw new CouldNotCheck(`${overlay} renders to nothing.`);
  return objects;
}

/** kustomize quotes a literal that it cannot read, which may be the value of a Secret. */
function withoutLiterals(message: string): string {
  return message.replace(
    /literal sources? [^]*/,
    "a literal of a generator is not key=value (it is not shown here).",
  );
}

/**
 * The objects that the base had and the change has no more. They stay in the cluster: `kubectl apply` deletes nothing.
 * @returns undefined if the base does not render, so that nobody knows.
 */
export function removedObjects(
  baseOverlay: string,
  objects: KubernetesObject[],
): KubernetesObject[] | undefined {
  if (!existsSync(baseOverlay)) return [];
  try {
    const kept = new Set(objects.map(identityOf));
    return render(baseOverlay).filter((object) => !kept.has(identityOf(object)));
  } catch (error) {
    if (error instanceof CouldNotCheck) return undefined;
    throw error;
  }
}
