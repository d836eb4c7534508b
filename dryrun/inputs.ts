import { CouldNotCheck } from "./couldNotCheck";

/** What the workflow asks for (action.yml). */
export interface Inputs {
  /** Kustomize folder, relative to the workspace. */
  overlay: string;
  /** Folder with a checkout of the base commit. */
  baseFolder: string;
  clusterName: string;
  region: string;
  /** Kubernetes minor version that the cluster is said to have, such as `1.35`. */
  version: string;
}

/**
 * Reads the action's inputs, which GitHub hands over as environment variables.
 * @throws CouldNotCheck that names every input that is missing or malformed.
 */
export function readInputs(environment: NodeJS.ProcessEnv): Inputs {
  const problems: string[] = [];
  const input = (name: string): string => {
    const value = environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
    if (!value) problems.push(`the input ${name} is missing`);
    return value;
  };
  const label = input("eks-version-label");
  const inputs = {
    overlay: input("overlay"),
    baseFolder: input("base-folder"),
    clusterName: input("cluster-name"),
    region: input("region"),
    version: label.replace("_", "."),
  };
  if (label && !/^\d+_\d+$/.test(label)) {
    problems.push(
      `the input eks-version-label is ${JSON.stringify(label)} and must look like 1_35 (in quotes in the workflow: ` +
        "without them it is a number)",
    );
  }
  if (problems.length > 0) throw new CouldNotCheck(`${problems.join("; ")}.`);
  return inputs;
}
