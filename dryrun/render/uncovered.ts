import picomatch from "picomatch";

/**
 * The files that no path filter covers: a change of one would not start a dry run.
 * @param globs the filter's, as dorny/paths-filter takes them; none are no statement, and leave nothing uncovered.
 */
export function uncoveredFiles(files: string[], globs: string[]): string[] {
  if (globs.length === 0) return [];
  // dorny/paths-filter:src/filter.ts
  const isCovered = picomatch(globs, { dot: true });
  return files.filter((file) => !isCovered(file));
}
