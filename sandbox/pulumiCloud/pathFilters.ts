import picomatch from "picomatch";

/**
 * Whether a push concerns a stack: some changed file matches an include filter, or there is none, and no exclude filter.
 * Each pattern matches a whole path; the order means nothing.
 * https://www.pulumi.com/docs/deployments/concepts/settings/path-filtering/
 */
export function concerns(filters: string[], changedFiles: string[]): boolean {
  const excludes = filters.filter((filter) => filter.startsWith("!")).map((filter) => filter.slice(1));
  const includes = filters.filter((filter) => !filter.startsWith("!"));
  return changedFiles.some(
    (file) => (includes.length === 0 || matchesAny(file, includes)) && !matchesAny(file, excludes),
  );
}

function matchesAny(file: string, patterns: string[]): boolean {
  return patterns.some((pattern) => picomatch.isMatch(file, pattern, { dot: true }));
}
