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
      `${overlay} does not render: ${withoutQuotedText(stderr.trim())}\n(Only the folders of the environment's paths are checked out: ` +
        "a file outside of them must be added to the paths in the registry of eks-dryrun-runner.)",
    );
  }
  const objects = parseObjects(stdout);
  if (objects.length === 0) throw new CouldNotCheck(`${overlay} renders to nothing.`);
  return objects;
}

/**
 * Where kustomize quotes the text that it cannot read, which may be of a Secret: a literal, a line of an env file, a
 * patch. Compared with kustomize 5.7.1.
 */
const beforeQuotedText = /(literal sources?|env source files: \S+ line|trouble configuring builtin \w+) [^]*/;

function withoutQuotedText(message: string): string {
  return message.replace(beforeQuotedText, "$1 ... (not shown, it may be of a Secret)");
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
