import { stringify } from "yaml";
import type { CommittedEnvironment } from "./environment";
import { ownFilter } from "./ownFilter";
import { ownPaths } from "./paths";

/** The globs of an environment's filter: its own, and what decides how it is checked. */
export function filterPaths(environment: CommittedEnvironment): string[] {
  return [...new Set([...environment.paths, ...ownPaths])];
}

/** Text of the input `filters` of dorny/paths-filter. */
export function filtersText(environments: CommittedEnvironment[]): string {
  return stringify(
    Object.fromEntries([
      ...environments.map((environment) => [environment.filter, filterPaths(environment)]),
      [ownFilter, ownPaths],
    ]),
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** The folders that hold everything an environment is rendered from: the parts of its paths before any wildcard. */
export function manifestFolders({ paths, overlay }: CommittedEnvironment): string[] {
  const folders = paths.map((path) => {
    const segments = path.split("/");
    const wildcard = segments.findIndex((segment) => /[*?[\]{}()!+@]/.test(segment));
    return segments.slice(0, wildcard === -1 ? -1 : wildcard).join("/");
  });
  return [...new Set([...folders, overlay])].sort();
}
