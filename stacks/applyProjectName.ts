import type { Runner } from "./environments";

/** Name of the project that applies releases, beside the runner's. */
export function applyProjectName({ projectName }: Runner): string {
  return `${projectName}-apply`;
}
